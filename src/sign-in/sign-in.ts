import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { beginTry, settleTry, type Try } from '../limits/tries.ts';
import { lockLine } from '../orders/lock-line.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { SecretText } from '../secrets.ts';
import { busyNow, type SignInFailure } from './errors.ts';
import {
  candidates,
  passwordsOf,
  recentPasswords,
  supersedeOlder,
  usableOf,
  whyNot,
} from './line-passwords.ts';
import { TooBusy } from './password-hash.ts';
import { endSessions, startSession } from './sessions.ts';
import { triesForSignIn } from './sign-in-limits.ts';
import { issueTokens, knownDevice, newDevice, type SessionKey, type Tokens } from './tokens.ts';

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
type Parts = Pick<
  App,
  'db' | 'catalogue' | 'clock' | 'config' | 'jobs' | 'secrets' | 'passwords' | 'wakeUps' | 'reach'
>;

/**
 * Signs in with a number and its password, whether chosen or sent by SMS. A stranger's number does the same work, and
 * a try counts before anything is compared.
 */
export async function signIn(app: Parts, command: SignIn): Promise<SignedIn | Refusal> {
  const phoneNumber = parsePhoneNumber(command.phoneNumber, app.config.COUNTRY);
  if (!phoneNumber) return { __typename: 'InvalidPhoneNumber' };
  try {
    return await app.passwords.inQueue(command.address, () => tryPassword(app, phoneNumber, command));
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
    select: { id: true, ownerSince: true, passwords: recentPasswords(now) },
  });
  const device = line ? knownDevice(app.secrets, line, command.deviceToken) : undefined;
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
  const session = { ...entered, generation: 0, device: device ?? newDevice(now) };
  const tokens = await issueTokens(app, session);
  return { __typename: 'SignedIn', session: entered, tokens, passwordChangeAdvised: match?.origin === 'SMS' };
}

/** Once its tries were used up, a number is opened by a newer password alone. */
const tryable = (passwords: Password[], { onlyAfter }: Try): Password[] =>
  passwords.filter(({ createdAt }) => !onlyAfter || createdAt >= onlyAfter);

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
    if (!typed || usable !== typed) return whyNot(typed, usable, { left: begun.left, now });
    if (typed.status === 'PENDING') {
      // Its first use retires the old password for good and ends what was opened with it.
      await tx.password.updateMany({
        where: { subscriberId, status: 'STANDING' },
        data: { status: 'RETIRED' },
      });
      await supersedeOlder(tx, typed);
      const where = { subscriberId_id: { subscriberId, id } };
      await tx.password.update({ where, data: { status: 'STANDING', firstUsedAt: now } });
      await endSessions(app, tx, { subscriberId });
      await endLinks(app, tx, { subscriberId });
    }
    await settleTry(tx, begun, true);
    return startSession(app, tx, subscriberId, client);
  });
