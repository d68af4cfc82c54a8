import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { SecretText } from '../secrets.ts';
import type { SignInFailure } from './errors.ts';
import { hashPassword, passwordMatches } from './password-hash.ts';
import { weaknessOf } from './password-strength.ts';
import { endSessions } from './sessions.ts';
import type { SessionKey } from './tokens.ts';

export interface ChangePassword {
  session: SessionKey;
  currentPassword: SecretText;
  newPassword: SecretText;
}

export type PasswordChange =
  | { __typename: 'PasswordChanged'; otherSessionsEnded: number }
  | Extract<SignInFailure, { __typename: 'InvalidCredentials' | 'PasswordTooWeak' }>;

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets'>;

/** Replaces the password by one that its owner chose, and ends every session but this one. */
export async function changePassword(app: Parts, command: ChangePassword): Promise<PasswordChange> {
  const { subscriberId, id: sessionId } = command.session;
  const standing = await app.db.password.findFirst({ where: { subscriberId, status: 'STANDING' } });
  if (!standing || !(await passwordMatches(app.secrets, standing.hash, command.currentPassword)))
    return { __typename: 'InvalidCredentials' };
  const owner = await app.db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
  const weakness = weaknessOf(app.config, command.newPassword, [
    ...owner.fullName.split(/\s+/),
    owner.phoneNumber.slice(2),
    owner.phoneNumber,
  ]);
  if (weakness) return weakness;
  const hash = await hashPassword(app.secrets, command.newPassword);
  return app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const { count } = await tx.password.updateMany({
      where: { subscriberId, id: standing.id, status: 'STANDING' },
      data: { status: 'RETIRED' },
    });
    if (!count) return { __typename: 'InvalidCredentials' };
    // A new password sent by SMS and not yet used would undo the owner's choice.
    await tx.password.updateMany({
      where: { subscriberId, status: { in: ['PREPARED', 'PENDING'] } },
      data: { status: 'SUPERSEDED' },
    });
    await tx.password.create({
      data: { subscriberId, origin: 'CHOSEN', status: 'STANDING', hash, createdAt: app.clock.now() },
    });
    return {
      __typename: 'PasswordChanged',
      otherSessionsEnded: await endSessions(app, tx, { subscriberId, except: sessionId }),
    };
  });
}
