import { fractionDigits } from '../money.ts';
import { BytePen } from './byte-pen.ts';
import { type CsvDialect, LINE_END } from './csv-dialect.ts';
import { LocalTime } from './local-time.ts';
import type { RecordKind, StatementHead, StatementRecord } from './statement.ts';
import type { Wording } from './wording.ts';

/** A write to the store for each, and a millisecond's work. */
const FULL = 65_536;
/** Of a line, beside the other number: more than its cells take. */
const BESIDES = 512;
const UTF8_BYTES = 4;
const MINUTE_MS = 60_000;

/** The lines of a statement's records, as bytes: what is the same on many lines is made once. */
export class CsvRows {
  readonly #pen = new BytePen(FULL + 2 * BESIDES);
  readonly #dialect: CsvDialect;
  readonly #local: LocalTime;
  /** Separator, kind, separator; and separator, unit, separator. */
  readonly #kinds: Record<RecordKind, Uint8Array>;
  readonly #units: Record<RecordKind, Uint8Array>;
  readonly #places: number;
  /** A line's beginning within a minute, but for its seconds, and what follows them. */
  #minute = Number.NaN;
  #before: Uint8Array = Buffer.alloc(0);
  #after: Uint8Array = Buffer.alloc(0);

  constructor({ timeZone, currency }: StatementHead, { words }: Wording, dialect: CsvDialect) {
    this.#dialect = dialect;
    this.#local = new LocalTime(timeZone);
    this.#places = fractionDigits(currency);
    const between = (text: string) => Buffer.from(dialect.separator + text + dialect.separator);
    const cells = ({ CALL, SMS, DATA }: Record<RecordKind, string>) => ({
      CALL: between(CALL),
      SMS: between(SMS),
      DATA: between(DATA),
    });
    this.#kinds = cells(words.kinds);
    this.#units = cells(words.units);
  }

  get isFull(): boolean {
    return this.#pen.length >= FULL;
  }

  /** The lines that were written since it was called last. */
  take(): Uint8Array {
    return this.#pen.take();
  }

  write({ at, kind, peer, amount, cost }: StatementRecord): void {
    const pen = this.#pen;
    pen.expect(BESIDES + UTF8_BYTES * peer.length);
    this.#moment(at.getTime());
    pen.bytes(this.#kinds[kind]);
    this.#peer(peer);
    pen.ascii(this.#dialect.separator);
    pen.digits(amount);
    pen.bytes(this.#units[kind]);
    this.#money(cost);
    pen.ascii(LINE_END);
  }

  #moment(at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== this.#minute) this.#turnTo(minute);
    this.#pen.bytes(this.#before);
    this.#pen.digits(Math.floor((at - minute * MINUTE_MS) / 1_000), 2);
    this.#pen.bytes(this.#after);
  }

  #turnTo(minute: number): void {
    this.#minute = minute;
    const start = new Date(minute * MINUTE_MS);
    const { separator } = this.#dialect;
    this.#before = Buffer.from(this.#local.day(start) + separator + this.#local.time(start).slice(0, -2));
    this.#after = Buffer.from(`${separator}UTC${this.#local.offset(start)}`);
  }

  /** Most are a number or a plain word, which are their own cell but for the sign of a formula. */
  #peer(peer: string): void {
    if (!isPlain(peer)) return this.#pen.bytes(Buffer.from(this.#dialect.cell(peer)));
    if (peer.startsWith('+')) this.#pen.ascii("'");
    this.#pen.ascii(peer);
  }

  #money(cost: number): void {
    const pen = this.#pen;
    if (cost < 0) pen.ascii('-');
    const amount = Math.abs(cost);
    const one = 10 ** this.#places;
    const whole = Math.floor(amount / one);
    pen.digits(whole);
    if (!this.#places) return;
    pen.ascii(this.#dialect.decimal);
    pen.digits(amount - whole * one, this.#places);
  }
}

/** Whether it is made of digits, Latin letters and points, with a plus in front or none. */
function isPlain(text: string): boolean {
  for (let i = text.startsWith('+') ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    // Capital and small letters are one bit apart
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!isDigit && !isLetter && code !== 0x2e) return false;
  }
  return true;
}
