import { type MinorUnits, toDecimal } from '../money.ts';
import { type CsvDialect, csvDialect, LINE_END } from './csv-dialect.ts';
import { CsvRows } from './csv-rows.ts';
import { LocalTime } from './local-time.ts';
import type { StatementHead, StatementRecords, StatementTotals } from './statement.ts';
import { RECORD_OF, Wording } from './wording.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const CELLS = 8;

/**
 * A statement as CSV (RFC 4180): UTF-8 with a byte order mark, eight cells on every line, an empty line between head,
 * totals and records. A text that a spreadsheet could take for a formula has an apostrophe before it; so has a number
 * with its plus, which Excel would otherwise show as 7,92E+10.
 */
export async function* csvStatement(
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
): AsyncIterable<Uint8Array> {
  const [wording, dialect] = [new Wording(head), csvDialect(head.language)];
  yield Buffer.from(BYTE_ORDER_MARK + new CsvHead(head, wording, dialect).text(totals));
  const rows = new CsvRows(head, wording, dialect);
  for await (const batch of records) {
    rows.write(batch);
    if (rows.isFull) yield rows.take();
  }
  yield rows.take();
}

class CsvHead {
  readonly #head: StatementHead;
  readonly #wording: Wording;
  readonly #dialect: CsvDialect;
  readonly #local: LocalTime;

  constructor(head: StatementHead, wording: Wording, dialect: CsvDialect) {
    this.#head = head;
    this.#wording = wording;
    this.#dialect = dialect;
    this.#local = new LocalTime(head.timeZone);
  }

  /** All that stands above the records. */
  text({ lines, total }: StatementTotals): string {
    const { words } = this.#wording;
    const { date, time, zone, kind, peer, amount, unit, count, cost } = words.columns;
    const price = `${cost}, ${this.#head.currency}`;
    const table = [
      this.#texts(words.title),
      ...this.#details(),
      [],
      this.#texts(kind, count, amount, unit, price),
      ...lines.map((line) => {
        const record = RECORD_OF[line.kind];
        const counted =
          record && line.amount !== undefined ? [`${line.amount}`, words.units[record]] : ['', ''];
        return [words.spending[line.kind], `${line.count}`, ...counted, this.#money(line.total)];
      }),
      [words.total, '', '', '', this.#money(total)],
      [],
      this.#texts(date, time, zone, kind, peer, amount, unit, price),
    ];
    const whole = (cells: string[]) => Array.from({ length: CELLS }, (_, index) => cells[index] ?? '');
    return table.map((cells) => whole(cells).join(this.#dialect.separator) + LINE_END).join('');
  }

  #details(): string[][] {
    const { words } = this.#wording;
    const { owner, phoneNumber, tariff, from, to, timeZone, dataCompleteThrough, madeAt } = this.#head;
    return [
      this.#texts(words.owner, owner),
      this.#texts(words.phoneNumber, phoneNumber),
      this.#texts(words.tariff, tariff),
      this.#texts(words.period, from, to),
      this.#texts(words.timeZone, timeZone),
      this.#texts(words.dataCompleteThrough, this.#local.iso(dataCompleteThrough)),
      this.#texts(words.madeAt, this.#local.iso(madeAt)),
    ];
  }

  #texts(...cells: string[]): string[] {
    return cells.map((cell) => this.#dialect.cell(cell));
  }

  #money(amount: MinorUnits): string {
    return toDecimal(amount, this.#head.currency).replace('.', this.#dialect.decimal);
  }
}
