import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { dayOf, fromColumn } from '../../src/calendar.ts';
import type { LeftOut } from '../../src/csv-file.ts';
import { loadUsage } from '../../src/usage/load-usage.ts';
import { ensureParts } from '../../src/usage/parts.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

const HEAD = 'record_id,phone_number,at,kind,peer,amount,cost';
const PHONE = '+79160000008';
const ZONE = 'Europe/Moscow';
let product: Running;
let dir: string;
let subscriberId: string;
beforeAll(async () => {
  product = await startProduct({ works: false });
  dir = await mkdtemp(join(tmpdir(), 'internet-assistant-usage-'));
  subscriberId = (await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } })).id;
});
afterAll(async () => {
  await product.stop();
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  const { db } = product.app;
  await db.$transaction([
    db.usageLoad.deleteMany(),
    db.usageRecord.deleteMany({ where: { subscriberId } }),
    db.usageDay.deleteMany({ where: { subscriberId } }),
    db.usageMonth.deleteMany({ where: { subscriberId } }),
  ]);
});

const ago = (minutes: number): string =>
  new Date(product.clock.now().getTime() - minutes * 60_000).toISOString();

let files = 0;
async function load(lines: readonly string[], path = join(dir, `${files++}.csv`)) {
  await writeFile(path, [HEAD, ...lines].join('\n'));
  const leftOut: LeftOut[] = [];
  const result = await loadUsage(product.app, path, { leftOut: (each) => leftOut.push(each) });
  return { ...result, reasons: leftOut, path };
}

const totals = () =>
  product.app.db.usageDay.findMany({ where: { subscriberId }, orderBy: [{ day: 'asc' }, { kind: 'asc' }] });
const balance = async () =>
  (await product.app.db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } })).balance;

test('records come with their totals of day and month, rounded up one by one, and with what they cost', async () => {
  const before = await balance();
  const at = ago(10);
  const result = await load([
    `a,${PHONE},${at},CALL,+79161234567,61,4.00`,
    `b,8 916 000-00-08,${at},CALL,+79161234567,59,2.00`,
    `c,${PHONE},${at},SMS,+79161234567,2,0.00`,
    `d,${PHONE},${at},DATA,internet,1048577,0.18`,
  ]);
  expect(result).toMatchObject({ loaded: 4, leftOut: 0, before: 0 });
  expect(await totals()).toMatchObject([
    { kind: 'CALL', records: 2, seconds: 120n, minutes: 3n, messages: 0n, megabytes: 0n, cost: 6_00n },
    { kind: 'SMS', records: 1, messages: 2n, cost: 0n },
    { kind: 'DATA', records: 1, bytes: 1_048_577n, megabytes: 2n, cost: 18n },
  ]);
  const months = await product.app.db.usageMonth.findMany({
    where: { subscriberId },
    orderBy: { kind: 'asc' },
  });
  expect(months.map(({ minutes, messages, megabytes }) => [minutes, messages, megabytes])).toEqual([
    [3n, 0n, 0n],
    [0n, 2n, 0n],
    [0n, 0n, 2n],
  ]);
  expect(fromColumn(months[0]!.month)).toBe(`${dayOf(new Date(at), ZONE).slice(0, 7)}-01`);
  expect(await balance()).toBe(before - 6_18n);
  const through = await product.app.db.usageLoad.findFirstOrThrow();
  expect(through.completeThrough?.toISOString()).toBe(at);
});

test('a month’s part of the table is made beside whoever reads the table', async () => {
  const { db } = product.app;
  await db.$transaction(async (tx) => {
    await tx.usageRecord.findFirst();
    await ensureParts(db, ['2031-01', '2031-02']);
  });
  const [{ parts }] = await db.$queryRaw<[{ parts: number }]>`
    SELECT count(*)::int AS parts FROM pg_inherits
    WHERE inhparent = 'usage_records'::regclass AND inhrelid::regclass::text LIKE '%records_2031%'`;
  expect(parts).toBe(2);
});

describe('what cannot be taken is left out by its line, and nothing else', () => {
  test('duplicates, nobody’s numbers and bad lines', async () => {
    const at = ago(20);
    const good = (id: string) => `${id},${PHONE},${at},SMS,x,1,1.00`;
    const result = await load([
      good('a'),
      good('a'),
      `b,+79160000099,${at},SMS,x,1,1.00`,
      `c,nobody,${at},SMS,x,1,1.00`,
      `d,${PHONE},yesterday,SMS,x,1,1.00`,
      `e,${PHONE},${ago(60 * 24 * 500)},SMS,x,1,1.00`,
      `f,${PHONE},${ago(-60 * 48)},SMS,x,1,1.00`,
      `g,${PHONE},${at},FAX,x,1,1.00`,
      `h,${PHONE},${at},SMS,x,-1,1.00`,
      `i,${PHONE},${at},SMS,x,1,-1.00`,
      `j,${PHONE},${at},SMS,x,1,1.001`,
      `k,${PHONE}`,
      '',
      `"l,${PHONE},${at}x,SMS,x,1,1.00`,
      good('m'),
    ]);
    expect(result.loaded).toBe(2);
    expect(result.reasons.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15,
    ]);
    expect(result.leftOut).toBe(result.reasons.length);
    expect(await totals()).toMatchObject([{ kind: 'SMS', records: 2, messages: 2n, cost: 2_00n }]);
  });

  test('a record that another file has brought before', async () => {
    const line = `same,${PHONE},${ago(5)},SMS,x,1,1.00`;
    await load([line]);
    const again = await load([line, `other,${PHONE},${ago(5)},SMS,x,1,1.00`]);
    expect(again).toMatchObject({
      loaded: 1,
      reasons: [{ line: 2, reason: 'a record that was there before' }],
    });
  });
});

describe('a run that died', () => {
  test('is gone on with where it was, and a file that is whole is not loaded again', async () => {
    const lines = Array.from({ length: 3_500 }, (_, i) => `r${i},${PHONE},${ago(i)},SMS,x,1,0.01`);
    const before = await balance();
    const { db } = product.app;
    const begin = db.$transaction.bind(db) as (...args: unknown[]) => Promise<unknown>;
    let count = 0;
    const dying = vi.spyOn(db, '$transaction').mockImplementation((...args: unknown[]) => {
      if (++count === 4) throw new Error('killed');
      return begin(...args);
    });
    const path = join(dir, 'dies.csv');
    await expect(load(lines, path)).rejects.toThrow('killed');
    dying.mockRestore();
    const there = await db.usageRecord.count({ where: { subscriberId } });
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(3_500);
    const rest = await load(lines, path);
    expect(rest).toMatchObject({ loaded: 3_500 - there, leftOut: 0, before: there });
    expect(await load(lines, path)).toMatchObject({ loaded: 0, leftOut: 0, before: 3_500 });
    expect(await balance()).toBe(before - 35_00n);
  });

  test('two runs over one file at once load each record once', async () => {
    const lines = Array.from({ length: 2_500 }, (_, i) => `t${i},${PHONE},${ago(i)},SMS,x,1,0.01`);
    const path = join(dir, 'twice.csv');
    await writeFile(path, [HEAD, ...lines].join('\n'));
    const both = await Promise.all([1, 2].map(() => loadUsage(product.app, path, { leftOut: () => {} })));
    expect(both[0]!.loaded + both[1]!.loaded).toBe(2_500);
    expect(await product.app.db.usageRecord.count({ where: { subscriberId } })).toBe(2_500);
  });
});

test(
  'totals are always those of the records, whatever comes in whatever batches',
  { timeout: 120_000 },
  async () => {
    const record = fc.record({
      id: fc.integer({ min: 0, max: 30 }),
      minutes: fc.integer({ min: 1, max: 90 * 24 * 60 }),
      kind: fc.constantFrom('CALL', 'SMS', 'DATA'),
      amount: fc.integer({ min: 0, max: 5_000_000 }),
      cost: fc.integer({ min: 0, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
        async (batches) => {
          for (const batch of batches)
            await load(
              batch.map(
                ({ id, minutes, kind, amount, cost }) =>
                  `${id},${PHONE},${ago(minutes)},${kind},x,${amount},${(cost / 100).toFixed(2)}`,
              ),
            );
          const rows = await product.app.db.$queryRaw<unknown[]>`
        SELECT 1 FROM (
          SELECT (at AT TIME ZONE 'Europe/Moscow')::date AS day, kind, count(*) AS records, sum(cost) AS cost,
                 sum(CASE kind WHEN 'CALL' THEN ceil(amount / 60.0) ELSE 0 END) AS minutes,
                 sum(CASE kind WHEN 'DATA' THEN ceil(amount / 1048576.0) ELSE 0 END) AS megabytes
          FROM usage_records WHERE subscriber_id = ${subscriberId}::uuid GROUP BY 1, 2
        ) r FULL JOIN (SELECT * FROM usage_days WHERE subscriber_id = ${subscriberId}::uuid) d USING (day, kind)
        WHERE r.records IS DISTINCT FROM d.records OR r.cost IS DISTINCT FROM d.cost
           OR r.minutes IS DISTINCT FROM d.minutes OR r.megabytes IS DISTINCT FROM d.megabytes`;
          expect(rows).toEqual([]);
        },
      ),
      { numRuns: rounds(15, 300) },
    );
  },
);
