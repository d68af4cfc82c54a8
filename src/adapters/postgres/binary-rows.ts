import type { CopiedRows } from '../../ports/copies.ts';
import { DATA, HEAD, LETTER } from './copy-out.ts';

/** What a copy in binary begins with: a signature, flags, and the length of an extension that no server has. */
const HEADER = 19;
/** Before a row, the number of its columns, which after the last row says that there are no more; before a column, its length. */
const COUNT = 2;
const NO_MORE = -1;
const LENGTH = 4;
const EPOCH_MS = Date.UTC(2000, 0, 1);
const HIGH = 2 ** 32;

/** Rows of COPY … (FORMAT binary) (PostgreSQL, COPY, "Binary Format") in whole messages, each of which holds one. */
export class BinaryRows implements CopiedRows {
  readonly bytes: Buffer;
  readonly #view: DataView;
  /** Where the next message is, and the next column. */
  #message = 0;
  #at = 0;
  /** What stands before the next row. */
  #header: number;
  textStart = 0;
  textEnd = 0;

  /** `isFirst`: whether the copy begins with them. */
  constructor(bytes: Buffer, isFirst: boolean) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#header = isFirst ? HEADER : 0;
  }

  next(): boolean {
    while (this.#message < this.bytes.length) {
      const message = this.#message;
      this.#message += LETTER + this.#view.getInt32(message + LETTER);
      if (this.bytes[message] !== DATA) continue;
      const row = message + HEAD + this.#header;
      this.#header = 0;
      this.#at = row + COUNT;
      return this.#view.getInt16(row) !== NO_MORE;
    }
    return false;
  }

  moment(): number {
    return Math.round(this.#wide(this.#column()) / 1_000) + EPOCH_MS;
  }

  text(): void {
    this.textStart = this.#column();
    this.textEnd = this.#at;
  }

  oneOf(values: readonly string[]): number {
    const start = this.#column();
    for (let which = 0; which < values.length; which++) if (this.#says(values[which]!, start)) return which;
    throw new Error(`a copied row says ${this.bytes.toString('utf8', start, this.#at)}`);
  }

  integer(): number {
    const value = this.#wide(this.#column());
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} in a copied row is not exact`);
    return value;
  }

  /** Eight bytes as a number, which is not exact beyond 2^53. */
  #wide(start: number): number {
    return this.#view.getInt32(start) * HIGH + this.#view.getUint32(start + 4);
  }

  /** Whether the bytes from there to the end of the column are this (ASCII) text. */
  #says(value: string, start: number): boolean {
    if (value.length !== this.#at - start) return false;
    for (let i = 0; i < value.length; i++) if (this.bytes[start + i] !== value.charCodeAt(i)) return false;
    return true;
  }

  /** Goes past the next column, and says where it begins. */
  #column(): number {
    const start = this.#at + LENGTH;
    const length = this.#view.getInt32(this.#at);
    if (length < 0) throw new Error('a copied row has a null');
    this.#at = start + length;
    return start;
  }
}
