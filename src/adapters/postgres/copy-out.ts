import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** Before what a message holds: a letter that says what it is, and its length, which counts itself. */
export const LETTER = 1;
export const HEAD = LETTER + 4;
const letter = (text: string): number => text.charCodeAt(0);
export const DATA = letter('d');
/** What may come before the data or between them: that a copy begins, settings, notices, notifications. */
const BESIDES = ['H', 'S', 'N', 'A'].map(letter);

type Listener = (bytes: Buffer) => void;

/** Whole messages of the protocol, one after the other. */
export interface Messages {
  bytes: Buffer;
  /** Of those that are data; others may stand between them. */
  count: number;
}

/**
 * A COPY … TO STDOUT on a connection of node-postgres, whose bytes it reads itself meanwhile: the driver, and streams
 * made for it, take every message apart, and each row is one.
 */
export class CopyOut implements pg.Submittable {
  readonly #statement: string;
  readonly #over = Promise.withResolvers<void>();
  #socket: Duplex | undefined;
  #driver: Listener | undefined;

  constructor(statement: string) {
    this.#statement = statement;
    this.#over.promise.catch(() => {});
  }

  /** What holds data, as it comes. Rejects as the statement or the connection fails. */
  async *messages(): AsyncGenerator<Messages> {
    let rest: Buffer = Buffer.alloc(0);
    try {
      for await (const bytes of this.#socket?.iterator({ destroyOnReturn: false }) ?? []) {
        const held: Buffer = rest.length ? Buffer.concat([rest, bytes]) : bytes;
        const { end, count, isOver } = wholeIn(held);
        if (count) yield { bytes: held.subarray(0, end), count };
        rest = held.subarray(end);
        if (isOver) break;
      }
    } catch (error) {
      // The driver knows better what became of its connection
      await this.#over.promise;
      throw error;
    }
    this.#giveBack(rest);
    await this.#over.promise;
  }

  submit(connection: pg.Connection): void {
    this.#socket = connection.stream;
    [this.#driver] = this.#socket.listeners('data') as [Listener];
    this.#socket.removeListener('data', this.#driver);
    this.#socket.pause();
    connection.query(this.#statement);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#over.resolve();
  }

  handleError(error: Error): void {
    this.#over.reject(error);
  }

  /** What follows the data is the driver's again, an error among it. */
  #giveBack(rest: Buffer): void {
    if (!this.#socket || !this.#driver) return;
    this.#socket.on('data', this.#driver);
    this.#driver(rest);
    this.#socket.resume();
  }
}

/** The messages that are here as a whole: where they end, how many are data, and whether one follows that ends the copy. */
function wholeIn(bytes: Buffer): { end: number; count: number; isOver: boolean } {
  let [end, count] = [0, 0];
  while (end + HEAD <= bytes.length) {
    const isData = bytes[end] === DATA;
    if (!isData && !BESIDES.includes(bytes[end]!)) return { end, count, isOver: true };
    const next = end + LETTER + bytes.readInt32BE(end + LETTER);
    if (next > bytes.length) break;
    end = next;
    if (isData) count++;
  }
  return { end, count, isOver: false };
}
