import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import { lockLine } from '../orders/lock-line.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Reader } from '../ports/database.ts';
import type { SecretText } from '../secrets.ts';
import type { SignInFailure } from './errors.ts';
import { compareWithNothing, passwordMatches } from './password-hash.ts';
import { endSessions, startSession } from './sessions.ts';
import { issueTokens, type SessionKey, type Tokens } from './tokens.ts';

const DAY_MS = 86_400_000;
/** How many of a line's other SMS passwords a try is compared with, to say kindly what is wrong with it. */
const OTHERS = 2;

export interface SignIn {
  phoneNumber: string;
  password: SecretText;
  client: string | undefined;
  /** Of an earlier sign-in from the same device. */
  deviceToken: string | undefined;
}

export interface SignedIn {
  __typename: 'SignedIn';
  session: SessionKey;
  tokens: Tokens;
  passwordChangeAdvised: boolean;
}

type Refusal = Extract<
  SignInFailure,
  { __typename: 'InvalidPhoneNumber' | 'InvalidCredentials' | 'SmsPasswordExpired' | 'SmsPasswordSuperseded' }
>;
type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets'>;

/** Signs in with a number and its password, whether chosen or sent by SMS; a stranger's number does the same work. */
export async function signIn(app: Parts, command: SignIn): Promise<SignedIn | Refusal> {
  const phoneNumber = parsePhoneNumber(command.phoneNumber, app.config.COUNTRY);
  if (!phoneNumber) return { __typename: 'InvalidPhoneNumber' };
  const subscriber = await app.db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  const now = app.clock.now();
  const passwords = subscriber ? await recentPasswords(app.db, subscriber.id, now) : [];
  const match = await typedOne(app, candidates(passwords, now), command.password);
  if (!match) return { __typename: 'InvalidCredentials' };
  const entered = await enter(app, match, command.client);
  if ('__typename' in entered) return entered;
  const tokens = await issueTokens(app, entered, 0, command.deviceToken);
  return { __typename: 'SignedIn', session: entered, tokens, passwordChangeAdvised: match.origin === 'SMS' };
}

/** What may be typed today: the newest first. */
const recentPasswords = (db: Reader, subscriberId: string, now: Date): Promise<Password[]> =>
  db.password.findMany({
    where: {
      subscriberId,
      OR: [
        { status: { in: ['PENDING', 'STANDING'] } },
        { origin: 'SMS', createdAt: { gt: new Date(now.getTime() - DAY_MS) } },
      ],
    },
    orderBy: { id: 'desc' },
  });

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
  app: Parts,
  among: (Password | undefined)[],
  typed: SecretText,
): Promise<Password | undefined> {
  for (const candidate of among) {
    if (!candidate) await compareWithNothing(app.secrets, typed);
    else if (await passwordMatches(app.secrets, candidate.hash, typed)) return candidate;
  }
  return undefined;
}

/** Lets the holder of a matching password in, or says why it does not count. */
const enter = (app: Parts, match: Password, client: string | undefined): Promise<SessionKey | Refusal> =>
  app.db.$transaction(async (tx) => {
    const { subscriberId, id } = match;
    await lockLine(tx, subscriberId);
    const now = app.clock.now();
    const passwords = await recentPasswords(tx, subscriberId, now);
    const typed = passwords.find((password) => password.id === id);
    // Who knows it has read the SMS: the SMSC has taken it, although its word has not reached us yet.
    if (typed?.status === 'PREPARED') typed.status = 'PENDING';
    const usable = usableOf(passwords, now);
    if (!typed || usable !== typed) return whyNot(typed, usable);
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
    }
    return startSession(app, tx, subscriberId, client);
  });

/** Told only to who typed a true password. */
function whyNot(typed: Password | undefined, usable: Password | undefined): Refusal {
  if (typed?.status === 'PENDING' && usable?.status !== 'PENDING')
    return { __typename: 'SmsPasswordExpired' };
  if (typed?.number == null || usable?.number == null) return { __typename: 'InvalidCredentials' };
  return {
    __typename: 'SmsPasswordSuperseded',
    typedNumber: typed.number,
    currentNumber: usable.number,
  };
}
