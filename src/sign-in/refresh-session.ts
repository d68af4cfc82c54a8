import type { App } from '../ports/app.ts';
import type { SignInFailure } from './errors.ts';
import { endSessions, isInGrace, liveSession, refreshDeadline } from './sessions.ts';
import { issueTokens, readRefreshToken, type RefreshKey } from './tokens.ts';
import type { SignedIn } from './sign-in.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'wakeUps'>;
type Refreshed = SignedIn | Extract<SignInFailure, { __typename: 'SessionExpired' }>;

/**
 * New tokens for a refresh token, which works once: for a few seconds more it gives the same successor again, for
 * the client that lost the answer; used after that it was stolen, and the session ends.
 */
export async function refreshSession(app: Parts, token: string | undefined): Promise<Refreshed> {
  const known = token ? readRefreshToken(app.secrets, token) : undefined;
  if (!known) return { __typename: 'SessionExpired' };
  // Whatever else can fail comes first: a token that is used up without an answer is a session lost
  const renewed = await signedInAgain(app, { ...known, generation: known.generation + 1 });
  if ((await rotate(app, known)) || (await isInGrace(app, known))) return renewed;
  if (await wasReplaced(app, known))
    await app.db.$transaction((tx) =>
      endSessions(app, tx, { subscriberId: known.subscriberId, id: known.id }),
    );
  return { __typename: 'SessionExpired' };
}

/** Whether a session has gone on without this token. */
const wasReplaced = async (app: Parts, { subscriberId, id, generation }: RefreshKey): Promise<boolean> =>
  (await app.db.session.count({ where: { subscriberId, id, generation: { gt: generation } } })) > 0;

/** One statement: of many at once with the same token, one moves the session on. */
async function rotate(app: Parts, { subscriberId, id, generation }: RefreshKey): Promise<boolean> {
  const { count } = await app.db.session.updateMany({
    where: { subscriberId, id, generation, ...liveSession(app) },
    data: { generation: generation + 1, lastSeenAt: app.clock.now(), expiresAt: refreshDeadline(app) },
  });
  return count === 1;
}

async function signedInAgain(app: Parts, session: RefreshKey): Promise<SignedIn> {
  const standing = await app.db.password.findFirst({
    where: { subscriberId: session.subscriberId, status: 'STANDING' },
    select: { origin: true },
  });
  return {
    __typename: 'SignedIn',
    session,
    tokens: await issueTokens(app, session),
    passwordChangeAdvised: standing?.origin === 'SMS',
  };
}
