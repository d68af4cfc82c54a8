import { setImmediate as turn } from 'node:timers/promises';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { statementWords } from '../../src/messages/statement.ts';
import {
  STATEMENT_FORMATS,
  type StatementFormat,
  type StatementHead,
  type StatementRecord,
} from '../../src/statements/statement.ts';
import { statementFile, writeStatement } from '../../src/statements/write-statement.ts';
import { xlsxStatement } from '../../src/statements/xlsx.ts';
import {
  AWKWARD,
  asBatch,
  collect,
  sampleHead,
  sampleRecord,
  sampleRecords,
  sampleTotals,
  sha256,
} from '../support/statement.ts';
import { readCsv, readHtml, readPdf, readXlsx, readXml, textOf } from './readers.ts';

const LANGUAGES = ['ru', 'en', 'nl'] as const;
const nothing = sampleTotals(0);

async function* batchOf(...records: StatementRecord[]) {
  yield asBatch(records);
}
const recordOf = (peer: string, given: Partial<StatementRecord> = {}): StatementRecord => ({
  at: new Date('2026-03-08T09:00:00Z'),
  kind: 'CALL',
  peer,
  amount: 65,
  cost: 1_50,
  ...given,
});
const write = (format: StatementFormat, head: StatementHead, ...records: StatementRecord[]) =>
  collect(writeStatement(format, head, nothing, batchOf(...records)));

describe.each(STATEMENT_FORMATS)('%s', (format) => {
  test('is the same, byte by byte, each time and however the records are divided', async () => {
    const once = async (batch: number) =>
      sha256(
        await collect(
          writeStatement(format, sampleHead('ru'), sampleTotals(3_000), sampleRecords(3_000, batch)),
        ),
      );
    const first = await once(1_000);
    expect(await once(1_000)).toBe(first);
    expect(await once(7)).toBe(first);
    expect(await once(3_000)).toBe(first);
  });

  test('asks for no more records than its reader has taken', async () => {
    let asked = 0;
    async function* counted() {
      for await (const batch of sampleRecords(400_000)) {
        asked++;
        yield batch;
      }
    }
    const file = writeStatement(format, sampleHead('ru'), nothing, counted())[Symbol.asyncIterator]();
    await file.next();
    for (let i = 0; i < 200; i++) await turn();
    expect(asked).toBeLessThan(40);
    await file.return?.();
  });

  test('lets others have their turn within one large batch', async () => {
    let turns = 0;
    const writing = new AbortController();
    const others = (async () => {
      for (; !writing.signal.aborted; turns++) await turn();
    })();
    const batch = Array.from({ length: 20_000 }, (_, index) => sampleRecord(index, 20_000));
    await collect(writeStatement(format, sampleHead('ru'), nothing, batchOf(...batch)));
    writing.abort();
    await others;
    expect(turns).toBeGreaterThan(20_000 / 500);
  });

  test('ends the reading of records when its own reader goes away', async () => {
    const reading = { begun: false, ended: false };
    async function* records() {
      reading.begun = true;
      try {
        yield* sampleRecords(400_000);
      } finally {
        reading.ended = true;
      }
    }
    const file = writeStatement(format, sampleHead('ru'), nothing, records())[Symbol.asyncIterator]();
    while (!reading.begun) await file.next();
    await file.return?.();
    expect(reading.ended).toBe(true);
  });

  test('fails as the reading of records fails, and ends there', async () => {
    async function* records() {
      yield* sampleRecords(2_000);
      throw new Error('the database went away');
    }
    const file = collect(writeStatement(format, sampleHead('ru'), nothing, records()));
    await expect(file).rejects.toThrow('the database went away');
  });

  test('goes by its number and its period', () => {
    const { filename, mediaType } = statementFile(format, sampleHead('ru'));
    expect(filename).toBe(`statement-79160000007-2026-03-01-2026-03-31.${format.toLowerCase()}`);
    expect(mediaType).toMatch(/^(text|application)\//);
  });
});

describe.each(LANGUAGES)('in %s', (language) => {
  const head = sampleHead(language);
  const words = statementWords(language);
  const totals = sampleTotals(300);
  const file = (format: StatementFormat) => collect(writeStatement(format, head, totals, sampleRecords(300)));
  const spoken = [
    words.title,
    words.owner,
    words.phoneNumber,
    words.tariff,
    words.period,
    words.timeZone,
    ...Object.values(words.spending),
    ...Object.values(words.kinds),
  ];

  test('every format says what it shows', async () => {
    const csv = readCsv(await file('CSV'), language === 'en' ? ',' : ';').flat();
    const xlsx = (await readXlsx(await file('XLSX'))).flatMap(({ data }) => data.flat());
    const page = readHtml(await file('HTML')).elements;
    const pdf = (await readPdf(await file('PDF'))).pages.flat(2);
    for (const said of [csv, xlsx, page.map(textOf), pdf])
      expect(said).toEqual(expect.arrayContaining(spoken));
    expect(page.find(({ tagName }) => tagName === 'html')!.attrs).toContainEqual({
      name: 'lang',
      value: language,
    });
    expect(readXml(await file('XML')).at(-1)!.attributes).toMatchObject({ language });
  });

  test('amounts and days stand as they are read there', async () => {
    const { tables } = readHtml(
      await write('HTML', { ...head, currency: 'EUR' }, recordOf('+31201234567', { cost: 1_234_567_89 })),
    );
    const [, records] = tables;
    expect(records![2]!.at(-1)).toBe(
      { ru: '1\u00a0234\u00a0567,89', en: '1,234,567.89', nl: '1.234.567,89' }[language],
    );
    expect(records![1]).toEqual([
      { ru: 'воскресенье, 8 марта 2026 г.', en: 'Sunday, March 8, 2026', nl: 'zondag 8 maart 2026' }[
        language
      ],
    ]);
  });

  test('a CSV has the decimals and the separator that its spreadsheet expects', async () => {
    const csv = (await write('CSV', head, recordOf('a;b,c'))).toString('utf8');
    expect(csv.split('\r\n').at(-2)).toBe(
      {
        ru: '2026-03-08;12:00:00;UTC+03:00;Звонок;"a;b,c";65;с;1,50',
        nl: '2026-03-08;12:00:00;UTC+03:00;Gesprek;"a;b,c";65;s;1,50',
        en: '2026-03-08,12:00:00,UTC+03:00,Call,"a;b,c",65,s,1.50',
      }[language],
    );
  });

  test('an empty period is a whole file that says so', async () => {
    const empty = (format: StatementFormat) =>
      collect(writeStatement(format, head, nothing, sampleRecords(0)));
    const rows = readCsv(await empty('CSV'), language === 'en' ? ',' : ';');
    expect(rows.at(-1)![0]).toBe(words.columns.date);
    expect(readXml(await empty('XML')).filter(({ name }) => name === 'record')).toEqual([]);
    expect((await readXlsx(await empty('XLSX')))[1]!.data).toHaveLength(1);
    const page = readHtml(await empty('HTML')).elements.map(textOf);
    const { pages } = await readPdf(await empty('PDF'));
    for (const said of [page, pages.flat(2)])
      expect(said).toEqual(expect.arrayContaining([words.noRecords, words.noSpending]));
    expect(pages).toHaveLength(1);
  });
});

test('no cell of an XLSX can become a formula, also once it is edited', async () => {
  const bytes = await write(
    'XLSX',
    sampleHead('ru', { owner: '=1+1' }),
    ...AWKWARD.map((peer) => recordOf(peer)),
  );
  const { sheets, styles } = parts(bytes);
  expect(sheets.join('')).not.toMatch(/<f[ >]/);
  const quoting = [...styles.matchAll(/<xf [^>]*quotePrefix="1"[^>]*>/g)];
  expect(quoting).toHaveLength(1);
  const index = [...styles.split('<cellXfs')[1]!.matchAll(/<xf [^>]*>/g)].findIndex(([xf]) =>
    xf.includes('quotePrefix'),
  );
  expect(sheets[1]!.match(/<c r="D\d+" s="(\d+)" t="inlineStr">/g)!.slice(1)).toEqual(
    AWKWARD.map((_peer, row) => `<c r="D${row + 2}" s="${index}" t="inlineStr">`),
  );
});

test('more records than a sheet has rows go on with the next sheet', async () => {
  const file = xlsxStatement(sampleHead('ru'), nothing, sampleRecords(250, 60), 101);
  const [, ...sheets] = await readXlsx(await collect(file));
  expect(sheets.map(({ sheet }) => sheet)).toEqual(['Записи', 'Записи 2', 'Записи 3']);
  expect(sheets.map(({ data }) => data.length)).toEqual([101, 101, 51]);
  expect(sheets.flatMap(({ data }) => data.slice(1).map((row) => row[4]))).toEqual(
    Array.from({ length: 250 }, (_, index) => sampleRecord(index, 250).amount),
  );
  const full = await readXlsx(
    await collect(xlsxStatement(sampleHead('ru'), nothing, sampleRecords(200), 101)),
  );
  expect(full).toHaveLength(3);
});

test('times are those of the line, also where its clocks change', async () => {
  const head = sampleHead('en', { timeZone: 'Europe/Amsterdam', from: '2026-10-25', to: '2026-10-25' });
  const records = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((at) =>
    recordOf('112', { at: new Date(at) }),
  );
  const rows = readCsv(await write('CSV', head, ...records), ',');
  expect(rows.slice(-2).map((row) => row.slice(0, 3))).toEqual([
    ['2026-10-25', '02:30:00', 'UTC+02:00'],
    ['2026-10-25', '02:30:00', 'UTC+01:00'],
  ]);
  const xml = readXml(await write('XML', head, ...records)).filter(({ name }) => name === 'record');
  expect(xml.map(({ attributes }) => attributes['at'])).toEqual([
    '2026-10-25T02:30:00+02:00',
    '2026-10-25T02:30:00+01:00',
  ]);
});

test('a currency keeps all of its decimals, and an amount all of its digits', async () => {
  for (const [currency, cost, text] of [
    ['JPY', 1_234, '1234'],
    ['KWD', 1_234, '1.234'],
    ['RUB', 90_071_992_547_409_91, '90071992547409.91'],
  ] as const) {
    const xml = readXml(await write('XML', sampleHead('en', { currency }), recordOf('1', { cost })));
    expect(xml.find(({ name }) => name === 'record')!.attributes['cost']).toBe(text);
    const csv = readCsv(await write('CSV', sampleHead('en', { currency }), recordOf('1', { cost })), ',');
    expect(csv.at(-1)!.at(-1)).toBe(text);
    const { sheets } = parts(await write('XLSX', sampleHead('en', { currency }), recordOf('1', { cost })));
    expect(sheets[1]).toContain(`<v>${text}</v>`);
  }
});

test('a PDF shows Cyrillic with all of its letters, cuts what is too wide, and marks what it has no letter for', async () => {
  const peers = ['ёЁ№ «ёлка» — ₽ ЪЫЭ', 'и\u0306', '😀', 'ж'.repeat(300)];
  const { pages } = await readPdf(
    await write('PDF', sampleHead('ru', { owner: 'Ъ'.repeat(400) }), ...peers.map((peer) => recordOf(peer))),
  );
  const shown = pages.flat().filter(([first]) => /^\d\d:\d\d:\d\d$/.test(first!));
  expect(shown.map((row) => row[2])).toEqual([
    'ёЁ№ «ёлка» — ₽ ЪЫЭ',
    'й',
    '?',
    expect.stringMatching(/^ж{20,}…$/),
  ]);
  expect(pages.flat(2).filter((text) => /^Ъ+…?$/.test(text))).toHaveLength(4);
});

/** The parts of a workbook as they are in its archive. */
function parts(bytes: Buffer): { sheets: string[]; styles: string } {
  const files = unzipSync(bytes);
  const sheets = Object.keys(files).filter((name) => name.startsWith('xl/worksheets/'));
  return {
    sheets: sheets.map((name) => strFromU8(files[name]!)),
    styles: strFromU8(files['xl/styles.xml']!),
  };
}
