import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import type { Db } from '../../src/ports/database.ts';
import type { Parameter, Rows } from '../../src/ports/rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rounds } from '../support/rounds.ts';

let database: TestDatabase;
let db: Db;
let rows: Rows;
const sent: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  ({ db, rows } = openPrisma(database.url, { onStatement: (sql) => sent.push(sql) }));
  // Whose connections they share
  await db.$connect();
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const read = (text: string, ...values: Parameter[]) => rows.read({ text, values });
const half = (value: Parameter) => read('SELECT $1::int / 2, json_build_array($1::int), now()', value);
const quarter = (value: Parameter) => read('SELECT $1::int / 4', value);
const backend = (value: number) => read('SELECT pg_backend_pid(), $1::int', value);
/** What came of a read, but for the moment that is in it. */
const toCompare = (ended: PromiseSettledResult<unknown[][]>) =>
  ended.status === 'fulfilled'
    ? ended.value.map((row) => row.filter((value) => !(value instanceof Date)))
    : (ended.reason as { code: string }).code;
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

test('each of many that are asked for at once gets its own rows, as JavaScript’s values', async () => {
  const found = await Promise.all(times(50).map((index) => half(index)));
  for (const [index, [row, ...others]] of found.entries()) {
    expect(row).toEqual([Math.floor(index / 2), [index], expect.any(Date)]);
    expect(others).toEqual([]);
  }
  expect(await read('SELECT n, NULL FROM generate_series(1, 3) AS n')).toEqual([
    [1, null],
    [2, null],
    [3, null],
  ]);
  expect(await read('SELECT 1 WHERE false')).toEqual([]);
});

test('values are written as PostgreSQL reads them', async () => {
  const at = new Date('2026-11-24T12:34:56.789Z');
  expect(
    await read(
      'SELECT $1::timestamptz, $2::bigint, $3::text IS NULL, $4::text, $5::bool',
      at,
      2n ** 60n,
      null,
      'Ольга\t"’',
      true,
    ),
  ).toEqual([[at, String(2n ** 60n), true, 'Ольга\t"’', true]]);
});

test('those of one turn share a connection, eight at a time, and each is a statement', async () => {
  await Promise.all(times(16).map((index) => half(index)));
  sent.length = 0;
  const found = await Promise.all(times(16).map((index) => backend(index)));
  expect(new Set(found.map(([row]) => row![0])).size).toBe(2);
  expect(sent).toHaveLength(16);
});

test('one that fails fails alone: those before it have their rows, those behind it are asked again', async () => {
  const asked = times(8).map((index) => half(index === 3 ? 'not a number' : index));
  const ended = await Promise.allSettled(asked);
  expect(ended.map(({ status }) => status)).toEqual(
    times(8).map((index) => (index === 3 ? 'rejected' : 'fulfilled')),
  );
  await expect(asked[3]).rejects.toMatchObject({ code: '22P02' });
});

test('a statement whose first value was wrong is good with the next one', async () => {
  for (const _ of times(3)) await expect(quarter('wrong')).rejects.toMatchObject({ code: '22P02' });
  expect(await Promise.all([quarter(8), quarter(12)])).toEqual([[[2]], [[3]]]);
});

test('a text that is no SQL fails each time, with what PostgreSQL says of it', async () => {
  for (const _ of times(2)) await expect(read('SELECT no sense')).rejects.toMatchObject({ code: '42703' });
});

test('a failure does not cost the connection', async () => {
  const [[before]] = await Promise.all([backend(1), half('wrong').catch(() => [])]);
  expect((await backend(2))[0]![0]).toBe(before![0]);
});

test('whatever fails beside it, nobody gets another’s rows', async () => {
  const asking = fc.record({
    statement: fc.constantFrom(half, quarter, (value: Parameter) => read('SELECT $1::int, 1', value)),
    value: fc.oneof({ weight: 4, arbitrary: fc.nat(1_000) }, fc.constantFrom('wrong', '')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(asking, { maxLength: 30 }), async (asked) => {
      const alone: PromiseSettledResult<unknown[][]>[] = [];
      for (const { statement, value } of asked) alone.push(...(await Promise.allSettled([statement(value)])));
      const together = await Promise.allSettled(asked.map(({ statement, value }) => statement(value)));
      expect(together.map(toCompare)).toEqual(alone.map(toCompare));
    }),
    { numRuns: rounds(20, 300) },
  );
});

test('one that takes too long is ended by itself, and those behind it are asked again', async () => {
  const hasty = openPrisma(database.url, { statementMs: 500 });
  await hasty.db.$connect();
  const one = (text: string) => hasty.rows.read({ text, values: [] });
  const ended = await Promise.allSettled([one('SELECT 1'), one('SELECT pg_sleep(10)'), one('SELECT 2')]);
  expect(ended).toMatchObject([
    { value: [[1]] },
    { status: 'rejected', reason: { code: '57014' } },
    { value: [[2]] },
  ]);
  await hasty.db.$disconnect();
});

test('a connection that is lost fails what was under way on it, and the next one serves', async () => {
  const asked = [half(1), read('SELECT pg_terminate_backend(pg_backend_pid())'), half(2)];
  const ended = await Promise.allSettled(asked);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await half(6))[0]![0]).toBe(3);
});
