import type { App } from '../ports/app.ts';
import { endLinks } from '../cost-control/end-links.ts';
import { endSessions, speaksForSession } from './sessions.ts';
import { readRefreshToken, type SessionKey } from './tokens.ts';

type Parts = Pick<App, 'db' | 'catalogue' | 'clock' | 'config' | 'jobs' | 'secrets' | 'wakeUps' | 'reach'>;

export interface SignOut {
  everywhere: boolean;
  /** The session that the request speaks for. */
  session: SessionKey | undefined;
  refreshToken: string | undefined;
}

/** Ends a session, or all of its line's; signing out of what is no session ends none and is no error. */
export async function signOut(app: Parts, command: SignOut): Promise<{ sessionsEnded: number }> {
  const session = command.session ?? (await named(app, command.refreshToken));
  if (!session) return { sessionsEnded: 0 };
  const { subscriberId, id } = session;
  const which = command.everywhere ? { subscriberId } : { subscriberId, id };
  return app.db.$transaction(async (tx) => {
    if (command.everywhere) await endLinks(app, tx, { subscriberId });
    return { sessionsEnded: await endSessions(app, tx, which) };
  });
}

/** The session of a refresh token that still speaks for it; an old one is not even good for leaving. */
async function named(app: Parts, refreshToken: string | undefined): Promise<SessionKey | undefined> {
  const token = refreshToken ? readRefreshToken(app.secrets, refreshToken) : undefined;
  return token && (await speaksForSession(app, token)) ? token : undefined;
}
