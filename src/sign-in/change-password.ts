import { randomUUID } from 'node:crypto';
import type { Language } from '../generated/prisma/enums.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { SecretText } from '../secrets.ts';
import { beginTry, settleTry } from '../limits/tries.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { sendNotice } from '../sms/jobs.ts';
import { busyNow, type SignInFailure } from './errors.ts';
import { TooBusy } from './password-hash.ts';
import { weaknessOf } from './password-strength.ts';
import { endSessions } from './sessions.ts';
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

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'jobs' | 'passwords' | 'wakeUps'>;

/** Replaces the password by one that its owner chose, ends every session but this one, and tells the owner by SMS. */
export async function changePassword(app: Parts, command: ChangePassword): Promise<PasswordChange> {
  try {
    return await app.passwords.inQueue(() => change(app, command));
  } catch (error) {
    if (error instanceof TooBusy) return busyNow(app.clock);
    throw error;
  }
}

async function change(app: Parts, command: ChangePassword): Promise<PasswordChange> {
  const { subscriberId } = command.session;
  const begun = await beginTry(app, triesForChange(app.config, subscriberId));
  if ('busy' in begun)
    return begun.until ? { __typename: 'TooManyRequests', retryAt: begun.until } : busyNow(app.clock);
  const standing = await app.db.password.findFirst({ where: { subscriberId, status: 'STANDING' } });
  const right = standing && (await app.passwords.matches(standing.hash, command.currentPassword));
  await settleTry(app.db, begun, Boolean(right));
  return right
    ? replace(app, command, standing.id)
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
    const { count } = await tx.password.updateMany({
      where: { subscriberId, id: replaced, status: 'STANDING' },
      data: { status: 'RETIRED' },
    });
    if (!count) return { __typename: 'InvalidCredentials', attemptsLeft: null };
    // A new password sent by SMS and not yet used would undo the owner's choice.
    await tx.password.updateMany({
      where: { subscriberId, status: { in: ['PREPARED', 'PENDING'] } },
      data: { status: 'SUPERSEDED' },
    });
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
