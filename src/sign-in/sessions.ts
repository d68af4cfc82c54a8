import type { App } from '../ports/app.ts';
import type { Reader, Tx } from '../ports/database.ts';
import type { RefreshKey, SessionKey } from './tokens.ts';

const DAY_MS = 86_400_000;
/** A client's name for itself, as the list of sessions shows it. */
const CLIENT_LENGTH = 100;

/** A session that has not ended, whose refresh token still works and that is not too old: the live ones. */
export const liveSession = (app: Pick<App, 'clock' | 'config'>) => {
  const now = app.clock.now();
  return {
    endedAt: null,
    expiresAt: { gt: now },
    createdAt: { gt: new Date(now.getTime() - app.config.SESSION_DAYS * DAY_MS) },
  };
};

export const refreshDeadline = (app: Pick<App, 'clock' | 'config'>): Date =>
  new Date(app.clock.now().getTime() + app.config.REFRESH_TOKEN_DAYS * DAY_MS);

export async function startSession(
  app: Pick<App, 'clock' | 'config'>,
  tx: Tx,
  subscriberId: string,
  client: string | undefined,
): Promise<SessionKey> {
  const now = app.clock.now();
  return tx.session.create({
    data: {
      subscriberId,
      client: client?.slice(0, CLIENT_LENGTH) ?? null,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: refreshDeadline(app),
    },
    select: { subscriberId: true, id: true },
  });
}

/** Where it is told that sessions of a line have ended. */
export const sessionsTopic = (subscriberId: string): string => `sessions/${subscriberId}`;

/** Ends the line's live sessions, all or all but one, and says how many they were. What they had open closes. */
export async function endSessions(
  app: Pick<App, 'clock' | 'config' | 'wakeUps'>,
  tx: Tx,
  which: { subscriberId: string; id?: string; except?: string },
): Promise<number> {
  const { subscriberId, id, except } = which;
  const { count } = await tx.session.updateMany({
    where: {
      subscriberId,
      ...liveSession(app),
      ...(id ? { id } : {}),
      ...(except ? { NOT: { id: except } } : {}),
    },
    data: { endedAt: app.clock.now() },
  });
  if (count) await app.wakeUps.notify(tx, sessionsTopic(subscriberId));
  return count;
}

export const isLive = async (
  app: Pick<App, 'clock' | 'config'> & { db: Reader },
  { subscriberId, id }: SessionKey,
): Promise<boolean> =>
  (await app.db.session.findFirst({
    where: { subscriberId, id, ...liveSession(app) },
    select: { id: true },
  })) !== null;

/** Whether a refresh token that was just replaced may still be shown, by the client that lost the answer. */
export async function isInGrace(
  app: Pick<App, 'clock' | 'config' | 'db'>,
  { subscriberId, id, generation }: RefreshKey,
): Promise<boolean> {
  const graceStart = new Date(app.clock.now().getTime() - app.config.REFRESH_GRACE_SECONDS * 1_000);
  const session = await app.db.session.findFirst({
    where: {
      subscriberId,
      id,
      generation: generation + 1,
      lastSeenAt: { gt: graceStart },
      ...liveSession(app),
    },
    select: { id: true },
  });
  return session !== null;
}

/** Whether a refresh token still speaks for its session. */
export async function speaksForSession(
  app: Pick<App, 'clock' | 'config' | 'db'>,
  token: RefreshKey,
): Promise<boolean> {
  const { subscriberId, id, generation } = token;
  const session = await app.db.session.findFirst({
    where: { subscriberId, id, generation, ...liveSession(app) },
    select: { id: true },
  });
  return session !== null || isInGrace(app, token);
}
