import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import pg from 'pg';
import type { WakeUps } from '../../ports/wake-ups.ts';
import { Topics } from './topics.ts';
import { listening as listeningSeen } from '../../seeing/metrics.ts';

/** One channel and one listening connection a process: NOTIFY slows down with every listener. */
const CHANNEL = 'internet_assistant';
const RECONNECT_MS = 250;
/** So often the connection has to prove that it hears; while there is none, readers look by themselves this often. */
const LOOK_AGAIN_MS = 5_000;
/** Of a connection that hears nothing is lost; that readers look all the same, so many times less often, is for safety. */
const TRUST = 12;
/** Those who look by themselves do so a few at a time. */
const SWEEP_MS = 100;

/** Wake-ups by LISTEN. After a lost connection everybody is woken, since notifications may have been missed. */
export async function openWakeUps(
  url: string,
  log: Logger,
  lookAgainMs = LOOK_AGAIN_MS,
): Promise<WakeUps & { close(): Promise<void> }> {
  const topics = new Topics();
  let closed = false;
  let listening = false;
  const tell = (is: boolean) => {
    listening = is;
    listeningSeen.set(+is);
  };
  let client = await connect();
  const proving = setInterval(prove, lookAgainMs).unref();
  const sweepMs = Math.min(SWEEP_MS, lookAgainMs);
  const sweeping = setInterval(() => {
    topics.wakeSome(sweepMs / (listening ? lookAgainMs * TRUST : lookAgainMs));
  }, sweepMs).unref();

  /** @throws when it cannot be had; then nothing of it is left behind */
  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'internet-assistant listener',
      keepAlive: true,
      connectionTimeoutMillis: lookAgainMs,
      query_timeout: lookAgainMs,
    });
    let listens = false;
    next.on('notification', ({ payload = '' }) => topics.hear(payload));
    next.on('error', () => {});
    next.on('end', () => void (listens && reconnect()));
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
      listens = true;
      tell(true);
      return next;
    } catch (error) {
      next.end().catch(() => {});
      throw error;
    }
  }

  async function reconnect(): Promise<void> {
    if (closed) return;
    tell(false);
    log.warn('the listening connection is lost; connecting again');
    for (let lost = true; lost;) {
      await delay(RECONNECT_MS * (1 + Math.random()), undefined, { ref: false });
      if (closed) return;
      lost = await connect().then(
        (next) => {
          client = next;
          return false;
        },
        () => true,
      );
    }
    if (closed) return client.end();
    log.info('listening again');
    topics.wakeAll();
  }

  /** A connection that is silently dead answers no question; ending it leads to the next. */
  function prove(): void {
    const asked = client;
    asked.query('SELECT 1').catch(() => asked.end().catch(() => {}));
  }

  return {
    async notify(tx, topic, news) {
      const payload = news === undefined ? topic : `${topic} ${news}`;
      await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${payload})`;
    },
    async notifyEach(tx, told) {
      await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, topic) FROM unnest(${told}::text[]) AS topic`;
    },
    listen: (topic, wake) => topics.listen(topic, wake),
    isListening: () => listening,
    async close() {
      closed = true;
      clearInterval(proving);
      clearInterval(sweeping);
      await client.end();
    },
  };
}
