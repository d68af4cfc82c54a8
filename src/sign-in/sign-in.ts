import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import { lockLine } from '../orders/lock-line.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import { SecretText } from '../secrets.ts';
import type { SignInFailure } from './errors.ts';
import { hashPassword, passwordMatches } from './password-hash.ts';
import { endSessions, startSession } from './sessions.ts';
import { issueTokens, type SessionKey, type Tokens } from './tokens.ts';

const DAY_MS = 86_400_000;
/** How many former SMS passwords a failed try is compared with, to say kindly what is wrong with it. */
const FORMER = 2;

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
  const passwords = subscriber ? await recentPasswords(app, subscriber.id) : [];
  const { usable, former } = sort(passwords, app.clock.now());
  if (usable && (await passwordMatches(app.secrets, usable.hash, command.password))) {
    const session = await enter(app, usable, command.client);
    if (session) return signedIn(app, session, usable, command.deviceToken);
  }
  if (!usable) await wasteTheTime(app);
  return explain(app, passwords, former, command.password);
}

const recentPasswords = (app: Parts, subscriberId: string): Promise<Password[]> =>
  app.db.password.findMany({
    where: {
      subscriberId,
      status: { not: 'PREPARED' },
      OR: [
        { status: { in: ['PENDING', 'STANDING'] } },
        { origin: 'SMS', createdAt: { gt: new Date(app.clock.now().getTime() - DAY_MS) } },
      ],
    },
    orderBy: { id: 'desc' },
  });

/** A pending password stands in the way of the old one until it is used or has lapsed. */
function sort(passwords: Password[], now: Date): { usable: Password | undefined; former: Password[] } {
  const pending = passwords.find((password) => password.status === 'PENDING' && password.expiresAt! > now);
  const usable = pending ?? passwords.find((password) => password.status === 'STANDING');
  const former = passwords.filter(
    (password) => password !== usable && password.origin === 'SMS' && password.status !== 'STANDING',
  );
  return { usable, former: former.slice(0, FORMER) };
}

/** Lets the holder of a matching password in, unless it was replaced or lapsed meanwhile. */
const enter = (
  app: Parts,
  { subscriberId, id }: Password,
  client: string | undefined,
): Promise<SessionKey | undefined> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const now = app.clock.now();
    const open = await tx.password.findMany({
      where: { subscriberId, status: { in: ['PENDING', 'STANDING'] } },
    });
    const { usable } = sort(open, now);
    if (usable?.id !== id) return undefined;
    if (usable.status === 'PENDING') {
      // Its first use retires the old password for good and ends what was opened with it.
      await tx.password.updateMany({
        where: { subscriberId, status: 'STANDING' },
        data: { status: 'RETIRED' },
      });
      const where = { subscriberId_id: { subscriberId, id } };
      await tx.password.update({ where, data: { status: 'STANDING', firstUsedAt: now } });
      await endSessions(app, tx, { subscriberId });
    }
    return startSession(app, tx, subscriberId, client);
  });

async function signedIn(
  app: Parts,
  session: SessionKey,
  { origin }: Password,
  deviceToken: string | undefined,
): Promise<SignedIn> {
  const tokens = await issueTokens(app, session, 0, deviceToken);
  return { __typename: 'SignedIn', session, tokens, passwordChangeAdvised: origin === 'SMS' };
}

/** What to say of a try that failed; it takes as long whatever there is to compare with. */
async function explain(
  app: Parts,
  passwords: Password[],
  former: Password[],
  typed: SecretText,
): Promise<Refusal> {
  const matches: boolean[] = [];
  for (let i = 0; i < FORMER; i++) {
    const candidate = former[i];
    if (candidate) matches.push(await passwordMatches(app.secrets, candidate.hash, typed));
    else await wasteTheTime(app);
  }
  const match = former[matches.indexOf(true)];
  if (!match) return { __typename: 'InvalidCredentials' };
  if (match.status === 'PENDING') return { __typename: 'SmsPasswordExpired' };
  const current = Math.max(...passwords.map((password) => password.number ?? 0));
  return { __typename: 'SmsPasswordSuperseded', typedNumber: match.number ?? 0, currentNumber: current };
}

const wasteTheTime = (app: Parts): Promise<unknown> => hashPassword(app.secrets, new SecretText('nobody’s'));
