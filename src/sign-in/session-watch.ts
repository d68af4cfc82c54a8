import type { App } from '../ports/app.ts';
import { LifeWatch } from './life-watch.ts';
import { liveSession, sessionsTopic } from './sessions.ts';
import type { SessionKey } from './tokens.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'wakeUps'>;

/** Notices that sessions have ended: revoked anywhere, or run out. */
export const openSessionWatch = (app: Parts): LifeWatch<SessionKey> =>
  new LifeWatch(app.wakeUps, {
    topicOf: ({ subscriberId }) => sessionsTopic(subscriberId),
    liveOnes: (sessions) => liveOnes(app, sessions),
  });

async function liveOnes(app: Parts, sessions: readonly SessionKey[]): Promise<boolean[]> {
  const rows = await app.db.session.findMany({
    where: {
      ...liveSession(app),
      subscriberId: { in: sessions.map(({ subscriberId }) => subscriberId) },
      id: { in: sessions.map(({ id }) => id) },
    },
    select: { id: true },
  });
  const live = new Set(rows.map(({ id }) => id));
  return sessions.map(({ id }) => live.has(id));
}
