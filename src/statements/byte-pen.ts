const ZERO = 0x30;

/** Writes bytes one after the other: for what a million lines repeat, quicker than texts that are put together. */
export class BytePen {
  #page: Buffer;
  #end = 0;

  constructor(size: number) {
    this.#page = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.#end;
  }

  /** What was written; the pen goes on with an empty page. */
  take(): Buffer {
    const written = this.#page.subarray(0, this.#end);
    this.#page = Buffer.allocUnsafe(this.#page.length);
    this.#end = 0;
    return written;
  }

  /** Makes room. The other methods look for none. */
  expect(bytes: number): void {
    if (this.#end + bytes <= this.#page.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#page.length, this.#end + bytes));
    this.#page.copy(larger, 0, 0, this.#end);
    this.#page = larger;
  }

  bytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.#page[this.#end++] = bytes[i]!;
  }

  /** A text of ASCII signs. */
  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#page[this.#end++] = text.charCodeAt(i);
  }

  /** A whole number, not negative, with zeros before it up to so many digits. */
  digits(number: number, atLeast = 1): void {
    let count = 1;
    for (let limit = 10; number >= limit; limit *= 10) count++;
    count = Math.max(count, atLeast);
    this.#end += count;
    for (let at = this.#end - 1, rest = number; count > 0; count--, at--) {
      const tenth = Math.floor(rest / 10);
      this.#page[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
  }
}
