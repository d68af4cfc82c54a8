import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bearBreaks } from '../../src/adapters/postgres/patience.ts';
import { PostgresCopies } from '../../src/adapters/postgres/postgres-copies.ts';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { Prisma } from '../../src/generated/prisma/client.ts';
import { isUnavailable } from '../../src/ports/unavailable.ts';
import type { Db } from '../../src/ports/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';

const WAIT = { timeout: 60_000, interval: 20 };
let database: TestDatabase;
let proxy: FaultyProxy;
let direct: Db;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  proxy = await FaultyProxy.to(Number(url.port), url.hostname);
  url.host = `127.0.0.1:${proxy.port}`;
  db = openPrisma(url.href, { maxConnections: 1, statementMs: 2_000 }).db;
  direct = openPrisma(database.url).db;
});
afterEach(async () => {
  await db.$disconnect();
  await direct.$disconnect();
  await proxy.stop();
  await database.drop();
});

const one = (reader: Pick<Db, '$queryRaw'>) => reader.$queryRaw`SELECT 1 AS one`;

test('a connection that falls silent within a transaction is given up, and the next statement gets another', async () => {
  const transaction = db.$transaction(
    async (tx) => {
      await one(tx);
      proxy.way = 'mute';
      await one(tx);
    },
    { timeout: 30_000 },
  );
  await expect(transaction).rejects.toSatisfy(isUnavailable);
  proxy.way = 'pass';
  expect(await one(db)).toEqual([{ one: 1 }]);
});

test('what a transaction locked is free again, although the server never hears that its client has gone', async () => {
  const { id } = await direct.subscriber.findFirstOrThrow();
  const lock = (tx: Pick<Db, '$queryRaw'>) =>
    tx.$queryRaw`SELECT 1 FROM subscribers WHERE id = ${id}::uuid FOR UPDATE NOWAIT`;
  const transaction = db.$transaction(
    async (tx) => {
      await lock(tx);
      proxy.way = 'mute';
      await one(tx);
    },
    { timeout: 30_000 },
  );
  transaction.catch(() => {});
  const isFree = () =>
    lock(direct).then(
      () => true,
      () => false,
    );
  await expect.poll(() => proxy.way, WAIT).toBe('mute');
  expect(await isFree()).toBe(false);
  await expect.poll(isFree, WAIT).toBe(true);
  await expect(transaction).rejects.toThrow();
});

test('a statement that takes longer is stopped at the server, too', async () => {
  await expect(db.$queryRaw`SELECT pg_sleep(600)::text`).rejects.toMatchObject({
    meta: { driverAdapterError: { cause: { originalCode: '57014' } } },
  });
});

test('whatever breaks off within a transaction is known as a database that cannot be had', async () => {
  const breaking = async (statement: (tx: Pick<Db, '$queryRaw' | 'subscriber'>) => Promise<unknown>) => {
    proxy.way = 'pass';
    await expect
      .poll(
        () =>
          one(db).then(
            () => true,
            () => false,
          ),
        WAIT,
      )
      .toBe(true);
    await db.$transaction(async (tx) => {
      await one(tx);
      proxy.way = { breakAnswerAfter: 0 };
      await statement(tx);
    });
  };
  await expect(breaking(one)).rejects.toSatisfy(isUnavailable);
  await expect(breaking((tx) => tx.subscriber.findFirst())).rejects.toSatisfy(isUnavailable);
  // The statement is done, and the end of the transaction is what breaks
  await expect(breaking(async () => {})).rejects.toSatisfy(isUnavailable);
});

test('a copy that falls silent fails, whether it had begun or not', async () => {
  const url = new URL(database.url);
  url.host = `127.0.0.1:${proxy.port}`;
  const copies = new PostgresCopies(url.href, 500);
  const numbers = Prisma.sql`SELECT 'x' FROM generate_series(1, 2000000)`;
  const openCopy = () => direct.$transaction((tx) => copies.open(tx, numbers, (rows) => rows.next()));
  const copy = await openCopy();
  const reading = (async () => {
    for await (const rows of copy.batches()) if (rows) proxy.way = 'mute';
  })();
  await expect(reading).rejects.toThrow('Connection terminated');
  await expect(openCopy()).rejects.toThrow();
});

test('a connection that breaks as it is handed out ends no process, and is not handed out again', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  bearBreaks(pool);
  const client = await pool.connect();
  const { rows: mine } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const gone = new Promise<void>((resolve) => client.once('end', resolve));
  await direct.$queryRaw`SELECT pg_terminate_backend(${mine[0]!.pid}::int)`;
  await gone;
  client.release();
  const { rows: next } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  expect(next[0]!.pid).not.toBe(mine[0]!.pid);
  await pool.end();
});
