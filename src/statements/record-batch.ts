import { RECORD_KINDS, type StatementRecord } from './statement.ts';

/** Of each record: when, which kind, where its peer begins and ends, its amount, its cost. */
const NUMBERS = 6;

/**
 * Some records in their order, kept as numbers and bytes, from which a CSV is written: a million objects, dates and
 * texts take longer to make than its lines. Whoever goes through it gets records.
 */
export class RecordBatch implements Iterable<StatementRecord> {
  /** What the peers are parts of, in UTF-8. */
  readonly bytes: Buffer;
  readonly #numbers: number[];

  constructor(bytes: Buffer, numbers: number[] = []) {
    this.bytes = bytes;
    this.#numbers = numbers;
  }

  get length(): number {
    return this.#numbers.length / NUMBERS;
  }

  add(at: number, kind: number, peerStart: number, peerEnd: number, amount: number, cost: number): void {
    this.#numbers.push(at, kind, peerStart, peerEnd, amount, cost);
  }

  /** Those from `start` up to `end`, as of an array. */
  slice(start: number, end = this.length): RecordBatch {
    return new RecordBatch(this.bytes, this.#numbers.slice(start * NUMBERS, end * NUMBERS));
  }

  /** In milliseconds since 1970. */
  at(index: number): number {
    return this.#numbers[index * NUMBERS]!;
  }

  /** Its place in RECORD_KINDS. */
  kind(index: number): number {
    return this.#numbers[index * NUMBERS + 1]!;
  }

  peerStart(index: number): number {
    return this.#numbers[index * NUMBERS + 2]!;
  }

  peerEnd(index: number): number {
    return this.#numbers[index * NUMBERS + 3]!;
  }

  peer(index: number): string {
    return this.bytes.toString('utf8', this.peerStart(index), this.peerEnd(index));
  }

  amount(index: number): number {
    return this.#numbers[index * NUMBERS + 4]!;
  }

  cost(index: number): number {
    return this.#numbers[index * NUMBERS + 5]!;
  }

  *[Symbol.iterator](): Iterator<StatementRecord> {
    for (let index = 0; index < this.length; index++)
      yield {
        at: new Date(this.at(index)),
        kind: RECORD_KINDS[this.kind(index)]!,
        peer: this.peer(index),
        amount: this.amount(index),
        cost: this.cost(index),
      };
  }
}
