import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { StatementNames } from '../../src/adapters/postgres/statement-names.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Twice as many as are named at a time, and some. */
const MANY = 1_200;
let database: TestDatabase;
let opened: ReturnType<typeof openPrisma>;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  opened = openPrisma(database.url, { maxConnections: 1 });
});
afterAll(async () => {
  await opened.db.$disconnect();
  await database.drop();
});

const WAYS: Record<string, (sql: string) => Promise<unknown>> = {
  'as plain rows': (text) => opened.rows.read({ text, values: [] }),
  'through Prisma': (sql) => opened.db.$queryRawUnsafe(sql),
};

async function kept(): Promise<{ statements: number; isKept: boolean }> {
  const [found] = await opened.db.$queryRaw<{ statements: number; isKept: boolean }[]>`
    SELECT count(*)::int AS statements, coalesce(bool_or(statement = 'SELECT 1 AS again'), false) AS "isKept"
    FROM pg_prepared_statements`;
  return found!;
}

test.each(Object.keys(WAYS))('a connection keeps no more statements than it should, read %s', async (way) => {
  const read = WAYS[way]!;
  let most = 0;
  for (let i = 0; i < MANY; i++) {
    await read(`SELECT ${i} AS ${way.replaceAll(' ', '_')}_${i}`);
    if (i % 100 === 99) most = Math.max(most, (await kept()).statements);
  }
  expect(most).toBeGreaterThan(90);
  expect(most).toBeLessThan(1_000);
  // However many came before, what is asked now has a name
  for (let i = 0; i < 3; i++) await read('SELECT 1 AS again');
  expect((await kept()).isKept).toBe(true);
});

test('what is asked all the time keeps its name, however many others are asked meanwhile', async () => {
  const names = new StatementNames(new pg.Pool()).by('s');
  const nameOf = (sql: string) => names({ sql });
  const always = nameOf('SELECT 1');
  for (let i = 0; i < MANY; i++) {
    nameOf(`SELECT ${i} AS other`);
    expect(nameOf('SELECT 1')).toBe(always);
  }
  expect(nameOf('SELECT 0 AS other')).not.toBe('s1');
});
