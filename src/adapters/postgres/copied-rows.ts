import type { CopiedRow } from '../../ports/copies.ts';

/** What a copy in binary begins with: a signature, flags, and the length of an extension that no server has. */
const HEADER = 19;
/** Stands for the number of columns after the last row. */
const NO_MORE = -1;
const COUNT = 2;
const LENGTH = 4;
const EPOCH_MS = Date.UTC(2000, 0, 1);
const HIGH = 2 ** 32;

/** Reads the rows of COPY … (FORMAT binary) (PostgreSQL, COPY, "Binary Format") out of the pieces in which they come. */
export class CopiedRows implements CopiedRow {
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the next column is, and where the row after this one. */
  #at = 0;
  #next = 0;
  #begun = false;

  /** The rows that are whole with this piece. */
  take<Row>(piece: Buffer, read: (row: CopiedRow) => Row): Row[] {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, piece]) : piece;
    const rows: Row[] = [];
    if (!this.#begun) {
      if (this.#bytes.length < HEADER) return rows;
      this.#begun = true;
      this.#next = HEADER;
    }
    while (this.#toNextRow()) rows.push(read(this));
    this.#bytes = this.#bytes.subarray(this.#next);
    this.#next = 0;
    return rows;
  }

  date(): Date {
    const start = this.#column();
    const microseconds = this.#bytes.readInt32BE(start) * HIGH + this.#bytes.readUInt32BE(start + LENGTH);
    return new Date(Math.round(microseconds / 1_000) + EPOCH_MS);
  }

  text(): string {
    const start = this.#column();
    return this.#bytes.toString('utf8', start, this.#at);
  }

  oneOf<Value extends string>(values: readonly Value[]): Value {
    const start = this.#column();
    for (const value of values) if (this.#says(value, start)) return value;
    throw new Error(`a copied row says ${this.#bytes.toString('utf8', start, this.#at)}`);
  }

  integer(): number {
    const start = this.#column();
    const value = this.#bytes.readInt32BE(start) * HIGH + this.#bytes.readUInt32BE(start + LENGTH);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} in a copied row is not exact`);
    return value;
  }

  /** Whether the bytes from there to the end of the column are this (ASCII) text. */
  #says(value: string, start: number): boolean {
    if (value.length !== this.#at - start) return false;
    for (let i = 0; i < value.length; i++) if (this.#bytes[start + i] !== value.charCodeAt(i)) return false;
    return true;
  }

  /** Goes past the next column, and says where it begins. */
  #column(): number {
    const start = this.#at + LENGTH;
    const length = this.#bytes.readInt32BE(this.#at);
    if (length < 0) throw new Error('a copied row has a null');
    this.#at = start + length;
    return start;
  }

  #toNextRow(): boolean {
    const bytes = this.#bytes;
    if (this.#next + COUNT > bytes.length) return false;
    const columns = bytes.readInt16BE(this.#next);
    if (columns === NO_MORE) return false;
    let end = this.#next + COUNT;
    for (let column = 0; column < columns; column++) {
      if (end + LENGTH > bytes.length) return false;
      end += LENGTH + Math.max(0, bytes.readInt32BE(end));
    }
    if (end > bytes.length) return false;
    this.#at = this.#next + COUNT;
    this.#next = end;
    return true;
  }
}
