import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { openWakeUps } from '../../src/adapters/postgres/postgres-wake-ups.ts';
import type { Db } from '../../src/ports/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const log = pino({ level: 'silent' });
/** Longer than any test: what wakes here is a notification. */
const NEVER_MS = 600_000;
let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  db = openPrisma(database.url).db;
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const through = (port: number): string => {
  const url = new URL(database.url);
  url.host = `127.0.0.1:${port}`;
  return url.href;
};

test('a transaction that commits wakes the listeners of its topic, one that does not wakes nobody', async () => {
  const wakeUps = await openWakeUps(database.url, log, NEVER_MS);
  const woken: string[] = [];
  const stop = wakeUps.listen('a', () => woken.push('a'));
  wakeUps.listen('b', () => woken.push('b'));
  await db
    .$transaction(async (tx) => {
      await wakeUps.notify(tx, 'a');
      throw new Error('no');
    })
    .catch(() => {});
  await db.$transaction((tx) => wakeUps.notify(tx, 'b'));
  await expect.poll(() => woken).toEqual(['b']);
  stop();
  await db.$transaction((tx) => wakeUps.notify(tx, 'a'));
  await db.$transaction((tx) => wakeUps.notify(tx, 'b'));
  await expect.poll(() => woken).toEqual(['b', 'b']);
  await wakeUps.close();
});

test('many topics are woken by one statement', async () => {
  const wakeUps = await openWakeUps(database.url, log, NEVER_MS);
  const woken: string[] = [];
  for (const topic of ['a', 'b', 'c']) wakeUps.listen(topic, () => woken.push(topic));
  await db.$transaction((tx) => wakeUps.notifyEach(tx, ['a', 'c']));
  await db.$transaction((tx) => wakeUps.notifyEach(tx, []));
  await db.$transaction((tx) => wakeUps.notify(tx, 'b'));
  await expect.poll(() => woken.toSorted()).toEqual(['a', 'b', 'c']);
  await wakeUps.close();
});

test('after a lost connection everybody is woken, and listened to anew', async () => {
  const wakeUps = await openWakeUps(database.url, log, NEVER_MS);
  let woken = 0;
  wakeUps.listen('a', () => woken++);
  await db.$queryRaw`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'internet-assistant listener' AND datname = current_database()`;
  await expect.poll(() => woken).toBe(1);
  await db.$transaction((tx) => wakeUps.notify(tx, 'a'));
  await expect.poll(() => woken).toBe(2);
  await wakeUps.close();
});

test('a connection that has fallen silent is given up for another', async () => {
  const { hostname, port } = new URL(database.url);
  const proxy = await startTcpProxy(Number(port), hostname);
  const wakeUps = await openWakeUps(through(proxy.port), log, 500);
  expect(proxy.taken()).toBe(1);
  proxy.silence();
  await expect.poll(() => proxy.taken()).toBe(2);
  await wakeUps.close();
  await proxy.close();
});

test('where there is no database, the start fails and leaves nothing that goes on trying', async () => {
  const proxy = await startTcpProxy(1, '127.0.0.1');
  await expect(openWakeUps(through(proxy.port), log, 500)).rejects.toThrow();
  expect(proxy.taken()).toBe(1);
  await proxy.close();
});
