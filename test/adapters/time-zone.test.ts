import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import type { Db } from '../../src/ports/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Db;
let other: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  other = new pg.Client(database.url);
  await other.connect();
  const { rows } = await other.query<{ name: string }>('SELECT current_database() AS name');
  await other.query(`ALTER DATABASE ${rows[0]!.name} SET timezone TO 'Asia/Vladivostok'`);
  ({ db } = openPrisma(database.url));
});
afterAll(async () => {
  await db.$disconnect();
  await other.end();
  await database.drop();
});

test('a moment is the same moment in a database of another time zone', async () => {
  const [id, moment] = [randomUUID(), new Date('2026-03-01T00:00:00Z')];
  await db.usedCaptcha.create({ data: { id, expiresAt: moment } });
  const { rows } = await other.query('SELECT expires_at FROM used_captchas WHERE id = $1', [id]);
  expect(rows).toEqual([{ expires_at: moment }]);
  const [said] = await db.$queryRaw<object[]>`
    SELECT extract(epoch FROM ${moment}::timestamptz)::int AS one,
           extract(epoch FROM (${[moment]}::timestamptz[])[1])::int AS listed`;
  const seconds = moment.getTime() / 1_000;
  expect(said).toEqual({ one: seconds, listed: seconds });
});
