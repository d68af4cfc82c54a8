import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { toDecimal } from '../money.ts';
import { LocalTime } from './local-time.ts';
import type { RecordBatch } from './record-batch.ts';
import type { StatementHead, StatementRecord, StatementRecords, StatementTotals } from './statement.ts';
import { RECORD_OF, Wording } from './wording.ts';
import {
  cellText,
  contentTypes,
  coreProperties,
  MOST_ROWS,
  PACKAGE_RELATIONS,
  sheetEnd,
  sheetStart,
  STYLE,
  stylesXml,
  workbookRelations,
  workbookXml,
} from './xlsx-parts.ts';

/** 1970-01-01 as Excel counts days. */
const UNIX_EPOCH = 25_569;
const DAY_SECONDS = 86_400;
/** Less than half a millisecond, in days: a reader that cuts off does not fall into the second before. */
const NUDGE = 5e-9;
const WIDTHS = { summary: [34, 16, 18, 12, 18], records: [21, 12, 12, 28, 16, 10, 18] };

/**
 * A statement as an Excel workbook (ECMA-376): a sheet with head and totals, then the records, on as many sheets as
 * they need. Texts are texts, never formulas; amounts of money stand as their own digits.
 */
export async function* xlsxStatement(
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
  rowsOnSheet = MOST_ROWS,
): AsyncIterable<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const rows = new Rows(records);
  const stopped = new AbortController();
  zip.on('error', (error: Error) => output.destroy(error));
  const filling = fill(zip, new Workbook(head), totals, rows, { rowsOnSheet, signal: stopped.signal }).catch(
    (error: Error) => void output.destroy(error),
  );
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } finally {
    stopped.abort();
    await filling;
    await rows.end();
  }
}

async function fill(
  zip: ZipFile,
  workbook: Workbook,
  totals: StatementTotals,
  rows: Rows,
  { rowsOnSheet, signal }: { rowsOnSheet: number; signal: AbortSignal },
): Promise<void> {
  const part = (name: string, content: string) =>
    zip.addBuffer(Buffer.from(content), name, workbook.entryOptions);
  part('_rels/.rels', PACKAGE_RELATIONS);
  part('docProps/core.xml', workbook.properties());
  part('xl/styles.xml', workbook.styles());
  part('xl/worksheets/sheet1.xml', workbook.summary(totals));
  let sheets = 1;
  do {
    const sheet = Readable.from(workbook.recordSheet(rows, rowsOnSheet), { signal });
    zip.addReadStream(sheet, `xl/worksheets/sheet${++sheets}.xml`, workbook.entryOptions);
    await finished(sheet);
  } while (!(await rows.over()));
  part('xl/workbook.xml', workbookXml(workbook.sheetNames(sheets)));
  part('xl/_rels/workbook.xml.rels', workbookRelations(sheets));
  part('[Content_Types].xml', contentTypes(sheets));
  zip.end();
}

/** The records, taken by more than one sheet in turn. */
class Rows {
  readonly #batches: AsyncIterator<RecordBatch>;
  #batch: RecordBatch | undefined;

  constructor(records: StatementRecords) {
    this.#batches = records[Symbol.asyncIterator]();
  }

  /** Some of the next ones, so many at the most; none when they are over. */
  async next(atMost: number): Promise<RecordBatch | undefined> {
    if (atMost <= 0 || (await this.over())) return undefined;
    const taken = this.#batch?.slice(0, atMost);
    this.#batch = this.#batch?.slice(atMost);
    return taken;
  }

  async over(): Promise<boolean> {
    while (!this.#batch?.length) {
      const { done, value } = await this.#batches.next();
      if (done) return true;
      this.#batch = value;
    }
    return false;
  }

  async end(): Promise<void> {
    await this.#batches.return?.();
  }
}

class Workbook {
  readonly #head: StatementHead;
  readonly #wording: Wording;
  readonly #local: LocalTime;
  /** Of each part in the archive: the moment of the order, on whatever clock this machine runs. */
  readonly entryOptions: { mtime: Date; mode: number; forceDosTimestamp: boolean };

  constructor(head: StatementHead) {
    this.#head = head;
    this.#wording = new Wording(head);
    this.#local = new LocalTime(head.timeZone);
    const [year = 1980, month = 1, day = 1, ...clock] = head.madeAt.toISOString().match(/\d+/g)!.map(Number);
    const [hours = 0, minutes = 0, seconds = 0] = clock;
    const mtime = new Date(year, month - 1, day, hours, minutes, seconds);
    this.entryOptions = { mtime, mode: 0o100644, forceDosTimestamp: true };
  }

  properties(): string {
    return coreProperties(`${this.#wording.words.title}, ${this.#head.phoneNumber}`, this.#head);
  }

  styles(): string {
    return stylesXml(this.#head, toDecimal(0n, this.#head.currency).split('.')[1]?.length ?? 0);
  }

  sheetNames(sheets: number): string[] {
    const { title, sheet } = this.#wording.words;
    const more = Array.from({ length: sheets - 2 }, (_, index) => `${sheet} ${index + 2}`);
    return [title, sheet, ...more];
  }

  summary({ lines, total }: StatementTotals): string {
    const { words } = this.#wording;
    const { kind, count, amount, unit, cost } = words.columns;
    const rows = [
      [text(words.title, STYLE.title)],
      [],
      ...this.#wording.head().map(([name, value]) => [text(name, STYLE.label), text(value)]),
      [],
      [
        text(kind, STYLE.header),
        text(count, STYLE.numberHeader),
        text(amount, STYLE.numberHeader),
        text(unit, STYLE.header),
        text(`${cost}, ${this.#head.currency}`, STYLE.numberHeader),
      ],
      ...lines.map((line) => {
        const record = RECORD_OF[line.kind];
        const counted = record && line.amount !== undefined;
        return [
          text(words.spending[line.kind], STYLE.plain),
          number(line.count, STYLE.whole),
          counted ? number(line.amount!, STYLE.whole) : EMPTY,
          counted ? text(words.units[record], STYLE.unit) : EMPTY,
          number(this.#money(line.total), STYLE.money),
        ];
      }),
      [text(words.total, STYLE.total), EMPTY, EMPTY, EMPTY, number(this.#money(total), STYLE.totalMoney)],
    ];
    const data = rows.map((cells, index) => row(index + 1, cells)).join('');
    return sheetStart(WIDTHS.summary, 0) + data + sheetEnd();
  }

  /** One sheet of records: as many as there is room for. */
  async *recordSheet(rows: Rows, rowsOnSheet: number): AsyncGenerator<Buffer> {
    const { date, time, zone, kind, peer, amount, unit, cost } = this.#wording.words.columns;
    const header = [
      ...[`${date}, ${time}`, zone, kind, peer].map((name) => text(name, STYLE.header)),
      text(amount, STYLE.numberHeader),
      text(unit, STYLE.header),
      text(`${cost}, ${this.#head.currency}`, STYLE.numberHeader),
    ];
    yield Buffer.from(sheetStart(WIDTHS.records, 1) + row(1, header));
    let last = 1;
    for (;;) {
      const batch = await rows.next(rowsOnSheet - last);
      if (!batch) break;
      let data = '';
      for (const record of batch) data += this.#record(++last, record);
      yield Buffer.from(data);
    }
    yield Buffer.from(sheetEnd(`A1:G${last}`));
  }

  #record(at: number, record: StatementRecord): string {
    const { kinds, units } = this.#wording.words;
    const local = this.#local;
    const day = local.dayNumber(record.at) + UNIX_EPOCH;
    const serial = (day + local.secondOfDay(record.at) / DAY_SECONDS + NUDGE).toFixed(9);
    return row(at, [
      number(serial, STYLE.moment),
      text(`UTC${local.offset(record.at)}`, STYLE.plain),
      text(kinds[record.kind], STYLE.plain),
      text(record.peer),
      number(record.amount, STYLE.whole),
      text(units[record.kind], STYLE.unit),
      number(this.#money(BigInt(record.cost)), STYLE.money),
    ]);
  }

  #money(amount: bigint): string {
    return toDecimal(amount, this.#head.currency);
  }
}

/** A cell without its place: what it says of itself, and what is in it. */
type Cell = readonly [attributes: string, content: string];
const EMPTY: Cell = ['', ''];
const COLUMN_NAMES = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

const text = (value: string, style: number = STYLE.text): Cell => [
  ` s="${style}" t="inlineStr"`,
  `<is><t xml:space="preserve">${cellText(value)}</t></is>`,
];
const number = (value: number | bigint | string, style: number): Cell => [` s="${style}"`, `<v>${value}</v>`];

function row(at: number, cells: readonly Cell[]): string {
  let data = `<row r="${at}">`;
  for (let index = 0; index < cells.length; index++) {
    const [attributes, content] = cells[index]!;
    if (content) data += `<c r="${COLUMN_NAMES[index]}${at}"${attributes}>${content}</c>`;
  }
  return `${data}</row>`;
}
