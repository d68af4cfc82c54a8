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
  let client = await connect();
  const timer = setInterval(wakeAll, lookAgainMs).unref();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'internet-assistant listener',
      keepAlive: true,
    });
    next.on('notification', ({ payload = '' }) => topics.get(payload)?.forEach((wake) => wake()));
    next.on('error', () => {});
    next.on('end', () => void reconnect());
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    return next;
  }

  async function reconnect(): Promise<void> {
    if (closed) return;
    log.warn('the listening connection is lost; connecting again');
    await delay(RECONNECT_MS * (1 + Math.random()), undefined, { ref: false });
    try {
      if (!closed) client = await connect();
      wakeAll();
    } catch {
      // a failed connect ends its client, and with that comes the next try
    }
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
    async close() {
      closed = true;
      clearInterval(timer);
      await client.end();
    },
  };
}
