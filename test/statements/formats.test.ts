import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { statementWords } from '../../src/messages/statement.ts';
import {
  SPENDING_KINDS,
  type StatementRecord,
  type StatementTotals,
} from '../../src/statements/statement.ts';
import { writeStatement } from '../../src/statements/write-statement.ts';
import {
  AWKWARD,
  collect,
  sampleHead,
  sampleRecord,
  sampleRecords,
  sampleTotals,
} from '../support/statement.ts';
import { readCsv, readHtml, readPdf, readXlsx, readXml, textOf } from './readers.ts';
import { decimal, expectSame, humanAmount, humanCost, kinds, localTime, plain, units } from './shown.ts';

const COUNT = 100_000;
const WHOLE_RUN = 180_000;
const head = sampleHead('ru');
const words = statementWords('ru');

let totals: StatementTotals;
let records: StatementRecord[];
beforeAll(() => {
  const { lines, ...rest } = sampleTotals(COUNT);
  const ordered = SPENDING_KINDS.map((kind) => lines.find((line) => line.kind === kind)!);
  totals = { ...rest, lines: ordered };
  records = Array.from({ length: COUNT }, (_, index) => sampleRecord(index, COUNT));
});

const written = (format: 'PDF' | 'XLSX' | 'CSV' | 'HTML' | 'XML') =>
  collect(
    writeStatement(format, head, { ...totals, lines: totals.lines.toReversed() }, sampleRecords(COUNT)),
  );

/** What no format can carry is seen as a replacement character. */
const seen = (peer: string) =>
  peer.startsWith('lone') ? 'lone \uFFFD half, nul \uFFFD, bell \uFFFD, escape \uFFFD[31m' : peer;
const looksLikeFormula = new Set<string>(AWKWARD.slice(0, 8));
const guarded = (peer: string) =>
  looksLikeFormula.has(peer) || peer.startsWith('+') ? `'${peer}` : seen(peer);

describe('a statement of 100,000 records', () => {
  test(
    'as CSV holds each of them, its totals and its head, and no formula',
    { timeout: WHOLE_RUN },
    async () => {
      const bytes = await written('CSV');
      expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      const rows = readCsv(bytes);
      const start = rows.findIndex(([first]) => first === words.columns.date) + 1;
      expectSame(
        rows.slice(start),
        records.map(({ at, kind, peer, amount, cost }) => [
          ...localTime(at).split(' '),
          'UTC+03:00',
          kinds[kind],
          guarded(peer),
          `${amount}`,
          units[kind],
          decimal(cost),
        ]),
      );
      expect(rows.slice(1, 8).map((row) => row.slice(0, 3))).toEqual([
        ['Владелец', head.owner, ''],
        ['Номер', `'${head.phoneNumber}`, ''],
        ['Тариф', head.tariff, ''],
        ['Период', '2026-03-01', '2026-03-31'],
        ['Время указано по поясу', 'Europe/Moscow', ''],
        ['Данные полны по', '2026-04-02T12:00:00+03:00', ''],
        ['Заказана', '2026-04-02T12:30:15+03:00', ''],
      ]);
      const lines = totals.lines.map(({ kind, count, total }) => [
        words.spending[kind],
        `${count}`,
        decimal(total),
      ]);
      expect(rows.slice(10, 16).map((row) => [row[0], row[1], row[4]])).toEqual(lines);
      expect(rows[16]).toEqual(['Всего', '', '', '', decimal(totals.total), '', '', '']);
      for (const row of rows)
        for (const cell of row) expect(/^\s*[=+@\t\r]|^-(?![\d]+,\d\d$)/.test(cell)).toBe(false);
    },
  );

  test('as XML holds each of them, its totals and its head, exactly', { timeout: WHOLE_RUN }, async () => {
    const elements = readXml(await written('XML'));
    expect(new Set(elements.map(({ uri }) => uri))).toEqual(new Set(['urn:internet-assistant:statement:1']));
    expectSame(
      elements.filter(({ name }) => name === 'record').map(({ attributes }) => attributes),
      records.map(({ at, kind, peer, amount, cost }) => ({
        at: `${localTime(at).replace(' ', 'T')}+03:00`,
        kind,
        peer: seen(peer),
        amount: `${amount}`,
        cost: decimal(cost, '.'),
      })),
    );
    const spending = elements.filter(({ name }) => name === 'spending').map(({ attributes }) => attributes);
    expect(spending.filter(({ count }) => count)).toEqual(
      totals.lines.map(({ kind, count, amount, total }) => ({
        kind,
        count: `${count}`,
        ...(amount === undefined ? {} : { amount: `${amount}` }),
        total: decimal(total, '.'),
      })),
    );
    expect(spending.filter(({ day }) => day)).toHaveLength(totals.days.length);
    const said = Object.fromEntries(elements.map(({ name, text }) => [name, text]));
    expect(said).toMatchObject({ owner: head.owner, phoneNumber: head.phoneNumber, tariff: head.tariff });
    expect(elements.find(({ name }) => name === 'totals')!.attributes['total']).toBe(
      decimal(totals.total, '.'),
    );
  });

  test(
    'as XLSX holds each of them as text, number and date, and its totals',
    { timeout: WHOLE_RUN },
    async () => {
      const [summary, sheet, ...others] = await readXlsx(await written('XLSX'));
      expect(others).toEqual([]);
      expect([summary!.sheet, sheet!.sheet]).toEqual(['Детализация расходов', 'Записи']);
      expectSame(
        sheet!.data
          .slice(1)
          .map(([at, ...rest]) => [(at as Date).toISOString().slice(0, 19).replace('T', ' '), ...rest]),
        records.map(({ at, kind, peer, amount, cost }) => [
          localTime(at),
          'UTC+03:00',
          kinds[kind],
          seen(peer) || null,
          amount,
          units[kind],
          Number(decimal(cost, '.')),
        ]),
      );
      const lines = summary!.data.slice(11, 17);
      expect(lines.map((row) => [row[0], row[1], row[4]])).toEqual(
        totals.lines.map(({ kind, count, total }) => [
          words.spending[kind],
          count,
          Number(decimal(total, '.')),
        ]),
      );
      expect(summary!.data[17]).toEqual(['Всего', null, null, null, Number(decimal(totals.total, '.'))]);
      expect(summary!.data.slice(2, 5).map((row) => row[1])).toEqual([
        head.owner,
        head.phoneNumber,
        head.tariff,
      ]);
    },
  );

  test('as HTML holds each of them, runs nothing and asks nobody', { timeout: WHOLE_RUN }, async () => {
    const { elements, tables } = readHtml(await written('HTML'));
    const [summary, table] = tables;
    expectSame(
      table!.slice(1).filter((row) => row.length > 1),
      records.map((record) => [
        localTime(record.at).slice(11),
        kinds[record.kind],
        seen(record.peer),
        humanAmount(record),
        humanCost(record.cost),
      ]),
    );
    expect(table!.filter((row) => row.length === 1)).toHaveLength(31);
    expect(summary!.slice(1, -1).map((row) => [row[0], row[3]])).toEqual(
      totals.lines.map(({ kind, total }) => [words.spending[kind], humanCost(total)]),
    );
    expect(summary!.at(-1)!.at(-1)).toBe(`${humanCost(totals.total)}\u00a0₽`);
    const tags = new Set(elements.map(({ tagName }) => tagName));
    for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'a', 'form'])
      expect(tags).not.toContain(tag);
    const attributes = elements.flatMap(({ attrs }) => attrs);
    expect(
      attributes.filter(({ name, value }) => /^on|^src|^href/.test(name) || /url\(/.test(value)),
    ).toEqual([]);
    expect(textOf(elements.find(({ tagName }) => tagName === 'style')!)).not.toMatch(/url\(|@import/);
    expect(elements.filter(({ tagName }) => tagName === 'rect').length).toBeGreaterThan(31);
  });

  test(
    'as PDF holds each of them on pages with their number, and its totals',
    { timeout: WHOLE_RUN },
    async () => {
      const { pages, info } = await readPdf(await written('PDF'));
      const lines = pages.flatMap((page) => page.slice(0, -1));
      const rows = lines.filter(([first]) => /^\d\d:\d\d:\d\d$/.test(first!));
      const strange = (peer: string) => AWKWARD.includes(peer);
      expectSame(
        rows.map((row, index) => (strange(records[index]!.peer) ? [row[0], row[1], ...row.slice(-2)] : row)),
        records.map((record) => [
          localTime(record.at).slice(11),
          kinds[record.kind],
          ...(strange(record.peer) ? [] : [record.peer]),
          plain(humanAmount(record)),
          humanCost(record.cost),
        ]),
      );
      expect(pages.map((page) => page.at(-1)![1]!.replaceAll(/\D/g, ''))).toEqual(
        pages.map((_page, index) => `${index + 1}`),
      );
      const first = pages[0]!;
      expect(first.slice(0, 8)).toEqual([
        ['Детализация расходов'],
        ['Владелец', head.owner],
        ['Номер', head.phoneNumber],
        ['Тариф', head.tariff],
        ['Период', '1 марта 2026 г. – 31 марта 2026 г.'],
        ['Время указано по поясу', 'Europe/Moscow (UTC+03:00)'],
        ['Данные полны по', '2 апреля 2026 г., 12:00'],
        ['Заказана', '2 апреля 2026 г., 12:30'],
      ]);
      for (const { kind, total } of totals.lines)
        expect(first.find((line) => line[0] === words.spending[kind])!.at(-1)).toBe(plain(humanCost(total)));
      expect(first.find((line) => line[0] === 'Всего')!.at(-1)).toBe(plain(`${humanCost(totals.total)} ₽`));
      expect(info).toMatchObject({ Title: 'Детализация расходов, +79160000007', Language: 'ru' });
    },
  );
});

test('XML is as its schema says, whatever stands in it', async () => {
  const schema = await readFile(new URL('../../schema/statement-1.xsd', import.meta.url), 'utf8');
  const validate = async (contents: string) =>
    validateXML({ xml: { fileName: 'statement.xml', contents }, schema });
  const awkward = sampleHead('nl', { owner: '<b>&"\' \u0007 ёЁ', tariff: ']]>' });
  for (const [count, total] of [
    [2_000, sampleTotals(2_000)],
    [0, sampleTotals(0)],
  ] as const) {
    const file = (await collect(writeStatement('XML', awkward, total, sampleRecords(count)))).toString(
      'utf8',
    );
    expect(await validate(file)).toMatchObject({ valid: true });
    expect(
      await validate(file.replace('kind="CALL"', 'kind="FAX"').replace('<currency>', '<currency>x')),
    ).toMatchObject({ valid: false });
  }
});
