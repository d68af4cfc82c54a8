import { fractionDigits } from '../money.ts';
import { BytePen } from './byte-pen.ts';
import { type CsvDialect, LINE_END } from './csv-dialect.ts';
import { LocalTime, QUARTER_MS } from './local-time.ts';
import type { RecordBatch } from './record-batch.ts';
import { PIECE, RECORD_KINDS, type RecordKind, type StatementHead } from './statement.ts';
import type { Wording } from './wording.ts';

/** Of a line, beside the other number: more than its cells take. */
const BESIDES = 512;
/** More than a cell takes for each byte of its text: each may be doubled, or be replaced by a sign of three. */
const CELL_BYTES = 4;

/** The lines of a statement's records, as bytes: what is the same on many lines is made once. */
export class CsvRows {
  readonly #pen = new BytePen(PIECE + PIECE / 4);
  readonly #dialect: CsvDialect;
  readonly #local: LocalTime;
  readonly #places: number;
  readonly #one: number;
  /** By kind: its name and its unit, each between two separators. */
  readonly #kinds: readonly Uint8Array[];
  readonly #units: readonly Uint8Array[];
  /** When the quarter of an hour began whose records are written; their day and hour, its first minute, their offset. */
  #quarter = Number.NaN;
  #before: Uint8Array = Buffer.alloc(0);
  #minute = 0;
  #after: Uint8Array = Buffer.alloc(0);

  constructor({ timeZone, currency }: StatementHead, { words }: Wording, dialect: CsvDialect) {
    this.#dialect = dialect;
    this.#local = new LocalTime(timeZone);
    this.#places = fractionDigits(currency);
    this.#one = 10 ** this.#places;
    const cells = (texts: Record<RecordKind, string>) =>
      RECORD_KINDS.map((kind) => Buffer.from(dialect.separator + texts[kind] + dialect.separator));
    this.#kinds = cells(words.kinds);
    this.#units = cells(words.units);
  }

  get isFull(): boolean {
    return this.#pen.length >= PIECE;
  }

  /** The lines that were written since it was called last. */
  take(): Uint8Array {
    return this.#pen.take();
  }

  write(batch: RecordBatch): void {
    const pen = this.#pen;
    for (let index = 0; index < batch.length; index++) {
      const kind = batch.kind(index);
      pen.expect(BESIDES + CELL_BYTES * (batch.peerEnd(index) - batch.peerStart(index)));
      this.#moment(batch.at(index));
      pen.bytes(this.#kinds[kind]!);
      this.#peer(batch, index);
      pen.ascii(this.#dialect.separator);
      pen.digits(batch.amount(index));
      pen.bytes(this.#units[kind]!);
      this.#money(batch.cost(index));
      pen.ascii(LINE_END);
    }
  }

  #moment(at: number): void {
    if (!(at >= this.#quarter && at < this.#quarter + QUARTER_MS)) this.#turnTo(at);
    const seconds = Math.floor((at - this.#quarter) / 1_000);
    const minutes = Math.floor(seconds / 60);
    const pen = this.#pen;
    pen.bytes(this.#before);
    pen.digits(this.#minute + minutes, 2);
    pen.ascii(':');
    pen.digits(seconds - 60 * minutes, 2);
    pen.bytes(this.#after);
  }

  #turnTo(at: number): void {
    this.#quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    const start = new Date(this.#quarter);
    const { separator } = this.#dialect;
    const [hour, minute] = this.#local.time(start).split(':');
    this.#before = Buffer.from(`${this.#local.day(start)}${separator}${hour}:`);
    this.#minute = Number(minute);
    this.#after = Buffer.from(`${separator}UTC${this.#local.offset(start)}`);
  }

  /** Most are a number or a plain word, which are their own cell but for the sign of a formula. */
  #peer(batch: RecordBatch, index: number): void {
    const pen = this.#pen;
    const [start, end] = [batch.peerStart(index), batch.peerEnd(index)];
    if (!isPlain(batch.bytes, start, end))
      return pen.bytes(Buffer.from(this.#dialect.cell(batch.peer(index))));
    if (batch.bytes[start] === PLUS && end > start) pen.ascii("'");
    pen.bytes(batch.bytes, start, end);
  }

  #money(cost: number): void {
    const pen = this.#pen;
    if (cost < 0) pen.ascii('-');
    const amount = Math.abs(cost);
    const whole = Math.floor(amount / this.#one);
    pen.digits(whole);
    if (!this.#places) return;
    pen.ascii(this.#dialect.decimal);
    pen.digits(amount - whole * this.#one, this.#places);
  }
}

const PLUS = 0x2b;
const POINT = 0x2e;

/** Whether it is made of digits, Latin letters and points, with a plus in front or none. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = bytes[i]!;
    const isDigit = code >= 0x30 && code <= 0x39;
    // Capital and small letters are one bit apart
    const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!isDigit && !isLetter && code !== POINT && !(code === PLUS && i === start)) return false;
  }
  return true;
}
