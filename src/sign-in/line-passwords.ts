import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import type { Reader, Tx } from '../ports/database.ts';
import type { SignInFailure } from './errors.ts';

const DAY_MS = 86_400_000;
/** With how many of a line's other SMS passwords a try is compared, to say kindly what is wrong with it. */
const OTHERS = 2;

/** What may be typed today: the newest first. */
export const recentPasswords = (now: Date) => ({
  where: {
    OR: [
      { status: { in: ['PENDING', 'STANDING'] as ('PENDING' | 'STANDING')[] } },
      { origin: 'SMS' as const, createdAt: { gt: new Date(now.getTime() - DAY_MS) } },
    ],
  },
  orderBy: { createdAt: 'desc' as const },
});

export const passwordsOf = (db: Reader, subscriberId: string, now: Date): Promise<Password[]> => {
  const { where, orderBy } = recentPasswords(now);
  return db.password.findMany({ where: { subscriberId, ...where }, orderBy });
};

/** The one that counts: a pending password stands in the way of the old one until it is used or has lapsed. */
export const usableOf = (passwords: Password[], now: Date): Password | undefined =>
  passwords.find(({ status, expiresAt }) => status === 'PENDING' && expiresAt! > now) ??
  passwords.find(({ status }) => status === 'STANDING');

/** With what a try is compared: the one that counts, and as many others as always, the suspended one before all. */
export function candidates(passwords: Password[], now: Date): (Password | undefined)[] {
  const usable = usableOf(passwords, now);
  const others = passwords
    .filter((password) => password !== usable && password.origin === 'SMS')
    .toSorted((a, b) => Number(b.status === 'STANDING') - Number(a.status === 'STANDING'));
  return [usable, ...Array.from({ length: OTHERS }, (_, i) => others[i])];
}

/** A newer SMS password takes the place of those before it, also where the SMSC's word on them never came. */
export async function supersedeOlder(tx: Tx, newer: Password): Promise<void> {
  const { subscriberId, id, createdAt } = newer;
  await tx.password.updateMany({
    where: {
      subscriberId,
      NOT: { id },
      OR: [{ status: 'PENDING' }, { status: 'PREPARED', createdAt: { lt: createdAt } }],
    },
    data: { status: 'SUPERSEDED' },
  });
}

/** Why a true password does not count. Told only to who typed it; it was a wrong try all the same. */
export function whyNot(
  typed: Password | undefined,
  usable: Password | undefined,
  { left, now }: { left: number; now: Date },
): Extract<
  SignInFailure,
  { __typename: 'InvalidCredentials' | 'SmsPasswordExpired' | 'SmsPasswordSuperseded' }
> {
  const isNewer = typed && usable && usable.createdAt > typed.createdAt;
  // Numbers begin again after a day: then they tell nothing
  if (isNewer && typed.number != null && usable.number != null && usable.number > typed.number)
    return {
      __typename: 'SmsPasswordSuperseded',
      typedNumber: typed.number,
      currentNumber: usable.number,
    };
  const lapsed = typed?.expiresAt && typed.expiresAt <= now && !typed.firstUsedAt;
  return lapsed
    ? { __typename: 'SmsPasswordExpired' }
    : { __typename: 'InvalidCredentials', attemptsLeft: left };
}
