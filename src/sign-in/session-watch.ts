import DataLoader from 'dataloader';
import type { App } from '../ports/app.ts';
import { liveSession, sessionsTopic } from './sessions.ts';
import type { SessionKey } from './tokens.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'wakeUps'>;
const AT_ONCE = 1_000;

/** Notices, in this process, that sessions with something open have ended: revoked anywhere, or run out. */
export class SessionWatch {
  readonly #app: Parts;
  /** Every watched session is looked at now and then, in case a wake-up was lost: many at a time. */
  readonly #live: DataLoader<SessionKey, boolean>;

  constructor(app: Parts) {
    this.#app = app;
    this.#live = new DataLoader((sessions) => liveOnes(app, sessions), {
      cache: false,
      maxBatchSize: AT_ONCE,
    });
  }

  /** Calls back once when the session has ended, at once if it has already; returns the end of the watch. */
  watch(session: SessionKey, ended: () => void): () => void {
    const look = async () => {
      // A database that does not answer ends no session; the next look will tell.
      const live = await this.#live.load(session).catch(() => true);
      if (live || !watching) return;
      stop();
      ended();
    };
    let watching = true;
    const stopListening = this.#app.wakeUps.listen(sessionsTopic(session.subscriberId), () => void look());
    const stop = () => {
      watching = false;
      stopListening();
    };
    void look();
    return stop;
  }
}

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
