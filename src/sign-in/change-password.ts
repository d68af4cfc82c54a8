import { randomUUID } from 'node:crypto';
import type { Language } from '../generated/prisma/enums.ts';
import type { PasswordModel as Password } from '../generated/prisma/models.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Reader, Tx } from '../ports/database.ts';
import type { SecretText } from '../secrets.ts';
import { beginTry, settleTry } from '../limits/tries.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { sendNotice } from '../sms/jobs.ts';
import { busyNow, type SignInFailure } from './errors.ts';
import { passwordsOf, usableOf } from './line-passwords.ts';
import { TooBusy } from './password-hash.ts';
import { weaknessOf } from './password-strength.ts';
import { endSessions, isLive } from './sessions.ts';
import { triesForChange } from './sign-in-limits.ts';
import type { SessionKey } from './tokens.ts';

export interface ChangePassword {
  session: SessionKey;
  currentPassword: SecretText;
  newPassword: SecretText;
  language: Language;
}

export type PasswordChange =
  | { __typename: 'PasswordChanged'; otherSessionsEnded: number }
  | Extract<SignInFailure, { __typename: 'InvalidCredentials' | 'PasswordTooWeak' | 'TooManyRequests' }>;

type Parts = Pick<App, 'db' | 'catalogue' | 'clock' | 'config' | 'jobs' | 'passwords' | 'wakeUps' | 'reach'>;

/**
 * Replaces the password by one that its owner chose, ends every session but this one, and tells the owner by SMS.
 * While a new one by SMS waits for its first use, the old one is suspended here, too: who stole both session and
 * password could otherwise for ever keep the owner from using an SMS.
 */
export async function changePassword(app: Parts, command: ChangePassword): Promise<PasswordChange> {
  try {
    return await app.passwords.inQueue(command.session.subscriberId, () => change(app, command));
  } catch (error) {
    if (error instanceof TooBusy) return busyNow(app.clock);
    throw error;
  }
}

async function change(app: Parts, command: ChangePassword): Promise<PasswordChange> {
  const { subscriberId } = command.session;
  const begun = await beginTry(app, triesForChange(app.config, subscriberId));
  if ('busy' in begun)
    return begun.busy || !begun.until
      ? busyNow(app.clock)
      : { __typename: 'TooManyRequests', retryAt: begun.until };
  const usable = await countingPassword(app, app.db, subscriberId);
  const right = usable && (await app.passwords.matches(usable.hash, command.currentPassword));
  await settleTry(app.db, begun, Boolean(right));
  return right
    ? replace(app, command, usable.id)
    : { __typename: 'InvalidCredentials', attemptsLeft: begun.left };
}

async function replace(app: Parts, command: ChangePassword, replaced: string): Promise<PasswordChange> {
  const { subscriberId, id: sessionId } = command.session;
  const owner = await app.db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
  const weakness = await weaknessOf(app.config, command.newPassword, owner, command.language);
  if (weakness) return weakness;
  const hash = await app.passwords.hash(command.newPassword);
  return app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const usable = await countingPassword(app, tx, subscriberId);
    // Meanwhile another password may have come to count, or the session have been ended
    const mayStill = usable?.id === replaced && (await isLive({ ...app, db: tx }, command.session));
    if (!mayStill) return { __typename: 'InvalidCredentials', attemptsLeft: null };
    await retire(app, tx, usable);
    await tx.password.create({
      data: { subscriberId, origin: 'CHOSEN', status: 'STANDING', hash, createdAt: app.clock.now() },
    });
    await endLinks(app, tx, { subscriberId });
    await app.jobs.enqueue(tx, sendNotice, {
      id: randomUUID(),
      subscriberId,
      notice: 'PASSWORD_CHANGED',
      language: command.language,
    });
    return {
      __typename: 'PasswordChanged',
      otherSessionsEnded: await endSessions(app, tx, { subscriberId, except: sessionId }),
    };
  });
}

async function countingPassword(app: Parts, db: Reader, subscriberId: string): Promise<Password | undefined> {
  const now = app.clock.now();
  return usableOf(await passwordsOf(db, subscriberId, now), now);
}

/** The old password, and one from an SMS that this is the first use of. */
async function retire(app: Parts, tx: Tx, { subscriberId, id, status }: Password): Promise<void> {
  await tx.password.updateMany({
    where: { subscriberId, status: 'STANDING' },
    data: { status: 'RETIRED' },
  });
  if (status !== 'PENDING') return;
  const where = { subscriberId_id: { subscriberId, id } };
  await tx.password.update({ where, data: { status: 'RETIRED', firstUsedAt: app.clock.now() } });
}
