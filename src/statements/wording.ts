import { formatMoney, type MinorUnits, toDecimal } from '../money.ts';
import { type StatementWords, statementWords } from '../messages/statement.ts';
import { LocalTime } from './local-time.ts';
import type { RecordKind, SpendingKind, StatementHead } from './statement.ts';

const NO_AMOUNT = '—';

/** Every amount, moment and word of one statement, as a person of its language reads it. */
export class Wording {
  readonly words: StatementWords;
  /** The currency as it stands beside an amount: ₽ */
  readonly currency: string;
  readonly #head: StatementHead;
  readonly #local: LocalTime;
  readonly #marks: { decimal: string; group: string };
  readonly #day: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #shortDay: Intl.DateTimeFormat;

  constructor(head: StatementHead) {
    const { language, currency, timeZone } = head;
    this.words = statementWords(language);
    this.#head = head;
    this.#local = new LocalTime(timeZone);
    const parts = new Intl.NumberFormat(language, { style: 'currency', currency }).formatToParts(1e15);
    const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
    this.currency = part('currency');
    this.#marks = { decimal: part('decimal') || '.', group: part('group') };
    const day = { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' } as const;
    this.#day = new Intl.DateTimeFormat(language, day);
    this.#shortDay = new Intl.DateTimeFormat(language, { timeZone: 'UTC', day: 'numeric', month: 'short' });
    this.#weekday = new Intl.DateTimeFormat(language, { ...day, weekday: 'long' });
  }

  /** What the head says, name and value by line. */
  head(): [string, string][] {
    const { owner, phoneNumber, tariff, from, to, madeAt, dataCompleteThrough } = this.#head;
    return [
      [this.words.owner, owner],
      [this.words.phoneNumber, phoneNumber],
      [this.words.tariff, tariff],
      [this.words.period, from === to ? this.day(from) : `${this.day(from)} – ${this.day(to)}`],
      [this.words.timeZone, this.zone()],
      [this.words.dataCompleteThrough, this.moment(dataCompleteThrough)],
      [this.words.madeAt, this.moment(madeAt)],
    ];
  }

  /** "Europe/Moscow (UTC+03:00)", with both offsets where the clocks change within the period. */
  zone(): string {
    const { timeZone, from, to } = this.#head;
    const offsets = [from, to].map((day) => `UTC${this.#local.offset(new Date(`${day}T12:00:00Z`))}`);
    return `${timeZone} (${[...new Set(offsets)].join(', ')})`;
  }

  /** "149,90 ₽" */
  money(amount: MinorUnits): string {
    return formatMoney(amount, this.#head.currency, this.#head.language);
  }

  /** The amount in its column, without the currency: "1 234,50" */
  cost(amount: MinorUnits): string {
    const [whole = '', fraction] = toDecimal(amount, this.#head.currency).split('.');
    return fraction === undefined
      ? this.#grouped(whole)
      : this.#grouped(whole) + this.#marks.decimal + fraction;
  }

  /** The same beside a line of the chart: without decimals that say nothing. */
  level(amount: MinorUnits): string {
    const cost = this.cost(amount);
    const whole = cost.slice(0, cost.lastIndexOf(this.#marks.decimal));
    return cost === `${whole}${this.#marks.decimal}00` ? whole : cost;
  }

  count(number: number | bigint): string {
    return this.#grouped(String(number));
  }

  /** A call as h:mm:ss, SMS by number, data in the unit that suits it. */
  amount(kind: RecordKind, amount: bigint): string {
    if (kind === 'SMS') return this.count(amount);
    return kind === 'CALL' ? duration(amount) : this.#bytes(amount);
  }

  /** The same for the sum of a kind; fees have none. */
  sum(kind: SpendingKind, amount: bigint | undefined): string {
    const record = RECORD_OF[kind];
    return record && amount !== undefined ? this.amount(record, amount) : NO_AMOUNT;
  }

  /** "3 марта 2026 г." for 2026-03-03 */
  day(day: string): string {
    return this.#day.format(new Date(`${day}T00:00:00Z`));
  }

  /** The same with the day of the week. */
  weekday(day: string): string {
    return this.#weekday.format(new Date(`${day}T00:00:00Z`));
  }

  /** "3 мар." */
  shortDay(day: string): string {
    return this.#shortDay.format(new Date(`${day}T00:00:00Z`));
  }

  localDay(at: Date): string {
    return this.#local.day(at);
  }

  /** HH:MM:SS in the line's zone. */
  time(at: Date): string {
    return this.#local.time(at);
  }

  moment(at: Date): string {
    return `${this.day(this.localDay(at))}, ${this.time(at).slice(0, 5)}`;
  }

  #bytes(bytes: bigint): string {
    let unit = 0;
    let size = 1n;
    while (unit < this.words.bytes.length - 1 && bytes >= size * 1024n) {
      size *= 1024n;
      unit++;
    }
    if (unit < 2) return `${this.count((bytes + size / 2n) / size)}\u00a0${this.words.bytes[unit]}`;
    const hundredths = String((bytes * 100n + size / 2n) / size);
    const whole = this.#grouped(hundredths.slice(0, -2));
    return `${whole}${this.#marks.decimal}${hundredths.slice(-2)}\u00a0${this.words.bytes[unit]}`;
  }

  #grouped(digits: string): string {
    return digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, this.#marks.group);
  }
}

/** What the records of a kind of spending are. */
export const RECORD_OF: Partial<Record<SpendingKind, RecordKind>> = {
  CALLS: 'CALL',
  MESSAGES: 'SMS',
  DATA: 'DATA',
};

/** 65 seconds are 1:05, an hour more is 1:01:05. */
function duration(seconds: bigint): string {
  const minutes = seconds / 60n;
  const rest = String(seconds % 60n).padStart(2, '0');
  if (minutes < 60n) return `${minutes}:${rest}`;
  return `${minutes / 60n}:${String(minutes % 60n).padStart(2, '0')}:${rest}`;
}
