import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDemoHistory } from '../../prisma/seed.ts';
import { addDays, dayOf, startOf } from '../../src/calendar.ts';
import {
  DetailOrderUpdatedDocument,
  OrderDetailDocument,
  SpendingDocument,
} from '../../src/generated/operations.ts';
import { statementWords } from '../../src/messages/statement.ts';
import {
  type SpendingKind,
  STATEMENT_FORMATS,
  type StatementFormat,
  type StatementRecord,
} from '../../src/statements/statement.ts';
import { readCsv, readHtml, readPdf, readXlsx, readXml } from '../statements/readers.ts';
import {
  decimal,
  expectSame,
  humanAmount,
  humanCost,
  kinds,
  localTime,
  plain,
  units,
} from '../statements/shown.ts';
import { all, type Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';
import type { Made } from './make-alone.ts';

const PHONE = '+79160000007';
const ZONE = 'Europe/Moscow';
const MIB = 1024 ** 2;
const WHOLE_RUN = 600_000;
const words = statementWords('ru');

let product: Running;
let client: Client;
let period: { from: string; to: string };
let records: StatementRecord[];
/** What usage and fees come to in the tables themselves, in minor units. */
let totals: { kind: SpendingKind; count: number; total: bigint }[];
let sum: bigint;
const files = {} as Record<StatementFormat, Buffer>;

beforeAll(async () => {
  product = await startProduct();
  await loadDemoHistory(product.app);
  const today = dayOf(product.clock.now(), ZONE);
  period = { from: addDays(today, -30), to: today };
  ({ records, totals } = await inDatabase(startOf(addDays(today, -30), ZONE)));
  sum = totals.reduce((so, { total }) => so + total, 0n);
  client = product.client('ru');
  await client.signIn(PHONE);
  // All before any is read: a parser holds the process for seconds, and the product runs in it
  for (const format of STATEMENT_FORMATS) files[format] = await download(format);
}, WHOLE_RUN);
afterAll(() => product.stop());

/** Read by plain SQL, from the records and the account's rows and from no total that was kept. */
async function inDatabase(from: Date) {
  const db = new pg.Client(product.databaseUrl);
  await db.connect();
  const ofLine = 'subscriber_id = (SELECT id FROM subscribers WHERE phone_number = $1) AND at >= $2';
  const rows = await db.query<Record<'amount' | 'cost' | 'peer' | 'kind', string> & { at: Date }>(
    `SELECT at, kind, peer, amount, cost FROM usage_records WHERE ${ofLine} ORDER BY at, record_id`,
    [PHONE, from],
  );
  const sums = await db.query<{ kind: SpendingKind; count: number; total: string }>(
    `SELECT kind, count(*)::int AS count, sum(total)::text AS total FROM (
       SELECT CASE kind WHEN 'CALL' THEN 'CALLS' WHEN 'SMS' THEN 'MESSAGES' ELSE 'DATA' END AS kind, cost AS total
       FROM usage_records WHERE ${ofLine}
       UNION ALL
       SELECT kind::text, -amount FROM ledger_entries
       WHERE ${ofLine} AND amount < 0 AND kind IN ('SERVICE_FEES', 'TARIFF_FEES', 'OTHER')
     ) AS spent GROUP BY kind
     ORDER BY array_position(ARRAY['CALLS', 'MESSAGES', 'DATA', 'SERVICE_FEES', 'TARIFF_FEES', 'OTHER'], kind)`,
    [PHONE, from],
  );
  await db.end();
  return {
    records: rows.rows.map(({ at, kind, peer, amount, cost }) => {
      return { at, kind: kind as StatementRecord['kind'], peer, amount: Number(amount), cost: Number(cost) };
    }),
    totals: sums.rows.map((row) => ({ ...row, total: BigInt(row.total) })),
  };
}

/** Orders it, follows it to its end, and opens its link. */
async function download(format: StatementFormat): Promise<Buffer> {
  const { orderDetail } = await client.run(OrderDetailDocument, {
    input: { ...period, format, idempotencyKey: crypto.randomUUID() },
  });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  const events = await all(
    client.overWebSocket(DetailOrderUpdatedDocument, { orderId: orderDetail.order.id }),
  );
  const { order } = events.at(-1)!.detailOrderUpdated;
  expect(order).toMatchObject({ state: 'COMPLETED', progress: 100, recordCount: records.length });
  const response = await fetch(new URL(new URL(order.downloadUrl!).pathname, product.url));
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBe(order.byteSize);
  return bytes;
}

describe('the statement of a line with 100,000 records in 31 days', { timeout: WHOLE_RUN }, () => {
  test('has what the account’s own page says', async () => {
    expect(records.length).toBeGreaterThan(99_000);
    expect(totals.map(({ kind }) => kind)).toEqual(['CALLS', 'MESSAGES', 'DATA', 'TARIFF_FEES']);
    const { me } = await client.run(SpendingDocument, period);
    expect(me!.spending.total.amount).toBe(decimal(sum, '.'));
    expect(me!.spending.lines).toMatchObject(
      totals.map(({ kind, count, total }) => ({ kind, count, total: { amount: decimal(total, '.') } })),
    );
  });

  test('as CSV holds each record and the totals', () => {
    const rows = readCsv(files.CSV);
    const start = rows.findIndex(([first]) => first === words.columns.date) + 1;
    expectSame(
      rows.slice(start),
      records.map(({ at, kind, peer, amount, cost }) => [
        ...localTime(at).split(' '),
        'UTC+03:00',
        kinds[kind],
        peer.startsWith('+') ? `'${peer}` : peer,
        `${amount}`,
        units[kind],
        decimal(cost),
      ]),
    );
    const end = rows.findIndex(([first]) => first === words.total);
    expect(rows.slice(end - totals.length, end + 1).map((row) => [row[0], row[1], row[4]])).toEqual([
      ...totals.map(({ kind, count, total }) => [words.spending[kind], `${count}`, decimal(total)]),
      [words.total, '', decimal(sum)],
    ]);
  });

  test('as XML holds each record and the totals', () => {
    const elements = readXml(files.XML);
    const attributesOf = (wanted: string) =>
      elements.filter(({ name }) => name === wanted).map(({ attributes }) => attributes);
    expectSame(
      attributesOf('record'),
      records.map(({ at, kind, peer, amount, cost }) => ({
        at: `${localTime(at).replace(' ', 'T')}+03:00`,
        kind,
        peer,
        amount: `${amount}`,
        cost: decimal(cost, '.'),
      })),
    );
    expect(attributesOf('spending').filter(({ count }) => count)).toMatchObject(
      totals.map(({ kind, count, total }) => ({ kind, count: `${count}`, total: decimal(total, '.') })),
    );
    expect(attributesOf('totals')).toEqual([{ total: decimal(sum, '.') }]);
  });

  test('as XLSX holds each record and the totals', async () => {
    const [summary, sheet] = await readXlsx(files.XLSX);
    expectSame(
      sheet!.data
        .slice(1)
        .map(([at, ...rest]) => [(at as Date).toISOString().slice(0, 19).replace('T', ' '), ...rest]),
      records.map(({ at, kind, peer, amount, cost }) => [
        localTime(at),
        'UTC+03:00',
        kinds[kind],
        peer,
        amount,
        units[kind],
        Number(decimal(cost, '.')),
      ]),
    );
    const end = summary!.data.findIndex(([first]) => first === words.total);
    expect(summary!.data.slice(end - totals.length, end + 1).map((row) => [row[0], row[1], row[4]])).toEqual([
      ...totals.map(({ kind, count, total }) => [words.spending[kind], count, Number(decimal(total, '.'))]),
      [words.total, null, Number(decimal(sum, '.'))],
    ]);
  });

  const asPeopleRead = (record: StatementRecord) => [
    localTime(record.at).slice(11),
    kinds[record.kind],
    record.peer,
    humanAmount(record),
    humanCost(record.cost),
  ];

  test('as HTML holds each record and the totals', () => {
    const [summary, table] = readHtml(files.HTML).tables;
    expectSame(
      table!.slice(1).filter((row) => row.length > 1),
      records.map(asPeopleRead),
    );
    expect(summary!.slice(1).map((row) => [row[0], row.at(-1)])).toEqual([
      ...totals.map(({ kind, total }) => [words.spending[kind], humanCost(total)]),
      [words.total, `${humanCost(sum)}\u00a0₽`],
    ]);
  });

  test('as PDF holds each record and the totals', async () => {
    const { pages } = await readPdf(files.PDF);
    const lines = pages.flatMap((page) => page.slice(0, -1));
    expectSame(
      lines.filter(([first]) => /^\d\d:\d\d:\d\d$/.test(first!)),
      records.map((record) => asPeopleRead(record).map(plain)),
    );
    const [first] = pages;
    for (const { kind, total } of totals)
      expect(first!.find((line) => line[0] === words.spending[kind])!.at(-1)).toBe(plain(humanCost(total)));
    expect(first!.find((line) => line[0] === words.total)!.at(-1)).toBe(plain(`${humanCost(sum)} ₽`));
  });

  test('is made in little memory', async () => {
    const script = fileURLToPath(new URL('make-alone.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      product.databaseUrl,
      PHONE,
      'CSV',
      period.from,
      period.to,
    ]);
    const { recordCount, peakBytes } = JSON.parse(stdout) as Made;
    expect(recordCount).toBe(records.length);
    expect(peakBytes / MIB).toBeLessThan(150);
  });
});
