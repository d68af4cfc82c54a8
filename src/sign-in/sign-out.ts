import type { App } from '../ports/app.ts';
import { endSessions } from './sessions.ts';
import { readRefreshToken, type SessionKey } from './tokens.ts';

export interface SignOut {
  everywhere: boolean;
  /** The session that the request speaks for. */
  session: SessionKey | undefined;
  refreshToken: string | undefined;
}

/** Ends a session, or all of its line's; signing out of what is no session ends none and is no error. */
export async function signOut(
  app: Pick<App, 'db' | 'clock' | 'config' | 'secrets'>,
  command: SignOut,
): Promise<{ sessionsEnded: number }> {
  const session =
    command.session ??
    (command.refreshToken ? readRefreshToken(app.secrets, command.refreshToken) : undefined);
  if (!session) return { sessionsEnded: 0 };
  const { subscriberId, id } = session;
  return {
    sessionsEnded: await endSessions(
      app,
      app.db,
      command.everywhere ? { subscriberId } : { subscriberId, id },
    ),
  };
}
