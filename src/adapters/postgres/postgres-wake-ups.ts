import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import pg from 'pg';
import type { WakeUps } from '../../ports/wake-ups.ts';

/** One channel and one listening connection a process: NOTIFY slows down with every listener. */
const CHANNEL = 'internet_assistant';
const RECONNECT_MS = 250;
/** Readers look by themselves this often, so that a lost notification costs time and nothing else. */
const LOOK_AGAIN_MS = 5_000;

/** Wake-ups by LISTEN. After a lost connection everybody is woken, since notifications may have been missed. */
export async function openWakeUps(
  url: string,
  log: Logger,
  lookAgainMs = LOOK_AGAIN_MS,
): Promise<WakeUps & { close(): Promise<void> }> {
  const topics = new Map<string, Set<() => void>>();
  const wakeAll = () => topics.forEach((listeners) => listeners.forEach((wake) => wake()));
  let closed = false;
  let listening = false;
  let client = await connect();
  const timer = setInterval(lookAgain, lookAgainMs).unref();

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
    next.on('notification', ({ payload = '' }) => topics.get(payload)?.forEach((wake) => wake()));
    next.on('error', () => {});
    next.on('end', () => void (listens && reconnect()));
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
      listens = listening = true;
      return next;
    } catch (error) {
      next.end().catch(() => {});
      throw error;
    }
  }

  async function reconnect(): Promise<void> {
    listening = false;
    if (closed) return;
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
    wakeAll();
  }

  /** A connection that is silently dead answers no question; ending it leads to the next. */
  function lookAgain(): void {
    wakeAll();
    const asked = client;
    asked.query('SELECT 1').catch(() => asked.end().catch(() => {}));
  }

  return {
    async notify(tx, topic) {
      await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${topic})`;
    },
    listen(topic, wake) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(wake));
      return () => {
        listeners.delete(wake);
        if (!listeners.size && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    isListening: () => listening,
    async close() {
      closed = true;
      clearInterval(timer);
      await client.end();
    },
  };
}
