import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { beginTry, settleTry, type Try } from '../limits/tries.ts';
import { lockLine } from '../orders/lock-line.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Reader } from '../ports/database.ts';
import type { SecretText } from '../secrets.ts';
import { busyNow, type SignInFailure } from './errors.ts';
import { TooBusy } from './password-hash.ts';
import { endSessions, startSession } from './sessions.ts';
import { triesForSignIn } from './sign-in-limits.ts';
import { issueTokens, knownDevice, type SessionKey, type Tokens } from './tokens.ts';

const DAY_MS = 86_400_000;
/** How many of a line's other SMS passwords a try is compared with, to say kindly what is wrong with it. */
const OTHERS = 2;

export interface SignIn {
  phoneNumber: string;
  password: SecretText;
  client: string | undefined;
  /** Of an earlier sign-in from the same device. */
  deviceToken: string | undefined;
  /** Where the request comes from, as it is counted. */
  address: string;
}

export interface SignedIn {
  __typename: 'SignedIn';
  session: SessionKey;
  tokens: Tokens;
  passwordChangeAdvised: boolean;
}

type Refusal = Extract<
  SignInFailure,
  {
    __typename:
      | 'InvalidPhoneNumber'
      | 'InvalidCredentials'
      | 'SmsPasswordExpired'
      | 'SmsPasswordSuperseded'
      | 'SignInLocked'
      | 'TooManyRequests';
  }
>;
type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'passwords' | 'wakeUps'>;

/**
 * Signs in with a number and its password, whether chosen or sent by SMS. A stranger's number does the same work, and
 * a try counts before anything is compared.
 */
export async function signIn(app: Parts, command: SignIn): Promise<SignedIn | Refusal> {
  const phoneNumber = parsePhoneNumber(command.phoneNumber, app.config.COUNTRY);
  if (!phoneNumber) return { __typename: 'InvalidPhoneNumber' };
  try {
    return await app.passwords.inQueue(() => tryPassword(app, phoneNumber, command));
  } catch (error) {
    if (error instanceof TooBusy) return busyNow(app.clock);
    throw error;
  }
}

async function tryPassword(
  app: Parts,
  phoneNumber: PhoneNumber,
  command: SignIn,
): Promise<SignedIn | Refusal> {
  const now = app.clock.now();
  const line = await app.db.subscriber.findUnique({
    where: { phoneNumber },
    select: { id: true, passwords: recentPasswords(now) },
  });
  const device = line ? knownDevice(app.secrets, line.id, command.deviceToken) : undefined;
  const begun = await beginTry(
    app,
    triesForSignIn(app.config, phoneNumber, { address: command.address, device }),
  );
  if ('busy' in begun)
    return begun.busy ? busyNow(app.clock) : { __typename: 'SignInLocked', retryAt: begun.until };
  const passwords = tryable(line?.passwords ?? [], begun);
  const match = await typedOne(app, candidates(passwords, now), command.password);
  const entered = match
    ? await enter(app, match, begun, command.client)
    : ({ __typename: 'InvalidCredentials', attemptsLeft: begun.left } as const);
  if ('__typename' in entered) {
    await settleTry(app.db, begun, false);
    return entered;
  }
  const tokens = await issueTokens(app, entered, 0, command.deviceToken);
  return { __typename: 'SignedIn', session: entered, tokens, passwordChangeAdvised: match?.origin === 'SMS' };
}

/** What may be typed today: the newest first. */
const recentPasswords = (now: Date) => ({
  where: {
    OR: [
      { status: { in: ['PENDING', 'STANDING'] as ('PENDING' | 'STANDING')[] } },
      { origin: 'SMS' as const, createdAt: { gt: new Date(now.getTime() - DAY_MS) } },
    ],
  },
  orderBy: { createdAt: 'desc' as const },
});

/** Once its tries were used up, a number is opened by a newer password alone. */
const tryable = (passwords: Password[], { onlyAfter }: Try): Password[] =>
  passwords.filter(({ createdAt }) => !onlyAfter || createdAt >= onlyAfter);

/** A pending password stands in the way of the old one until it is used or has lapsed. */
const usableOf = (passwords: Password[], now: Date): Password | undefined =>
  passwords.find(({ status, expiresAt }) => status === 'PENDING' && expiresAt! > now) ??
  passwords.find(({ status }) => status === 'STANDING');

/** With what a try is compared: the password that counts, and as many others as always. */
function candidates(passwords: Password[], now: Date): (Password | undefined)[] {
  const usable = usableOf(passwords, now);
  const others = passwords.filter((password) => password !== usable && password.origin === 'SMS');
  return [usable, ...Array.from({ length: OTHERS }, (_, i) => others[i])];
}

/** The password that was typed. A try that fails takes as long whatever there is to compare with. */
async function typedOne(
  { passwords }: Parts,
  among: (Password | undefined)[],
  typed: SecretText,
): Promise<Password | undefined> {
  for (const candidate of among) {
    const matches = candidate ? passwords.matches(candidate.hash, typed) : passwords.matchesNothing(typed);
    if (await matches) return candidate;
  }
  return undefined;
}

/** Lets the holder of a matching password in, or says why it does not count. */
const enter = (
  app: Parts,
  match: Password,
  begun: Try,
  client: string | undefined,
): Promise<SessionKey | Refusal> =>
  app.db.$transaction(async (tx) => {
    const { subscriberId, id } = match;
    await lockLine(tx, subscriberId);
    const now = app.clock.now();
    const passwords = tryable(await passwordsOf(tx, subscriberId, now), begun);
    const typed = passwords.find((password) => password.id === id);
    // Who knows it has read the SMS: the SMSC has taken it, although its word has not reached us yet.
    if (typed?.status === 'PREPARED') typed.status = 'PENDING';
    const usable = usableOf(passwords, now);
    if (!typed || usable !== typed) return whyNot(typed, usable, begun);
    if (typed.status === 'PENDING') {
      // Its first use retires the old password for good and ends what was opened with it.
      const others = { subscriberId, NOT: { id } };
      await tx.password.updateMany({ where: { ...others, status: 'STANDING' }, data: { status: 'RETIRED' } });
      await tx.password.updateMany({
        where: { ...others, status: 'PENDING' },
        data: { status: 'SUPERSEDED' },
      });
      const where = { subscriberId_id: { subscriberId, id } };
      await tx.password.update({ where, data: { status: 'STANDING', firstUsedAt: now } });
      await endSessions(app, tx, { subscriberId });
      await endLinks(app, tx, { subscriberId });
    }
    await settleTry(tx, begun, true);
    return startSession(app, tx, subscriberId, client);
  });

const passwordsOf = (db: Reader, subscriberId: string, now: Date): Promise<Password[]> => {
  const { where, orderBy } = recentPasswords(now);
  return db.password.findMany({ where: { subscriberId, ...where }, orderBy });
};

/** Told only to who typed a true password; it was a wrong try all the same. */
function whyNot(typed: Password | undefined, usable: Password | undefined, { left }: Try): Refusal {
  if (typed?.status === 'PENDING' && usable?.status !== 'PENDING')
    return { __typename: 'SmsPasswordExpired' };
  if (typed?.number == null || usable?.number == null)
    return { __typename: 'InvalidCredentials', attemptsLeft: left };
  return {
    __typename: 'SmsPasswordSuperseded',
    typedNumber: typed.number,
    currentNumber: usable.number,
  };
}
