import type { Language } from '../generated/prisma/enums.ts';
import { type MinorUnits, toDecimal } from '../money.ts';
import { LocalTime } from './local-time.ts';
import type { StatementHead, StatementRecord, StatementRecords, StatementTotals } from './statement.ts';
import { printable } from './text.ts';
import { RECORD_OF, Wording } from './wording.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const LINE_END = '\r\n';
const CELLS = 8;

/**
 * What Excel takes for the separator and for the decimal mark where the language is spoken. A `sep=` line would say
 * the first, but then Excel no longer believes the byte order mark and spoils every letter that is not Latin; and
 * other readers would take that line for data.
 */
const DIALECTS: Record<Language, { separator: string; decimal: string }> = {
  ru: { separator: ';', decimal: ',' },
  nl: { separator: ';', decimal: ',' },
  en: { separator: ',', decimal: '.' },
};

/** What a spreadsheet takes for a formula, its signs in either width (OWASP, CSV injection). */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

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
  const csv = new Csv(head);
  yield Buffer.from(BYTE_ORDER_MARK + csv.head(totals));
  for await (const batch of records) {
    let text = '';
    for (const record of batch) text += csv.record(record);
    yield Buffer.from(text);
  }
}

class Csv {
  readonly #head: StatementHead;
  readonly #wording: Wording;
  readonly #local: LocalTime;
  readonly #separator: string;
  readonly #decimal: string;
  readonly #quoted: RegExp;

  constructor(head: StatementHead) {
    this.#head = head;
    this.#wording = new Wording(head);
    this.#local = new LocalTime(head.timeZone);
    ({ separator: this.#separator, decimal: this.#decimal } = DIALECTS[head.language]);
    this.#quoted = new RegExp(`["\\r\\n${this.#separator}]`);
  }

  /** All that stands above the records. */
  head({ lines, total }: StatementTotals): string {
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
    return table.map((cells) => whole(cells).join(this.#separator) + LINE_END).join('');
  }

  record({ at, kind, peer, amount, cost }: StatementRecord): string {
    const { kinds, units } = this.#wording.words;
    const s = this.#separator;
    const when = `${this.#local.day(at)}${s}${this.#local.time(at)}${s}UTC${this.#local.offset(at)}`;
    return `${when}${s}${kinds[kind]}${s}${this.#text(peer)}${s}${amount}${s}${units[kind]}${s}${this.#money(cost)}${LINE_END}`;
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
    return cells.map((cell) => this.#text(cell));
  }

  #text(text: string): string {
    const clean = printable(text);
    const harmless = FORMULA.test(clean) ? `'${clean}` : clean;
    return this.#quoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  }

  #money(amount: MinorUnits): string {
    const decimal = toDecimal(amount, this.#head.currency);
    return this.#decimal === '.' ? decimal : decimal.replace('.', this.#decimal);
  }
}
