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

  /** Whole messages, as they come: some of them data, each time. Rejects as the statement or the connection fails. */
  async *messages(): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    try {
      for await (const bytes of this.#socket?.iterator({ destroyOnReturn: false }) ?? []) {
        const held: Buffer = rest.length ? Buffer.concat([rest, bytes]) : bytes;
        const { end, hasData, isOver } = wholeIn(held);
        if (hasData) yield held.subarray(0, end);
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

/** Of the messages that are here as a whole: where they end, whether there are data, and whether the copy ends there. */
function wholeIn(bytes: Buffer): { end: number; hasData: boolean; isOver: boolean } {
  let [end, hasData] = [0, false];
  while (end + HEAD <= bytes.length) {
    const isData = bytes[end] === DATA;
    if (!isData && !BESIDES.includes(bytes[end]!)) return { end, hasData, isOver: true };
    const next = end + LETTER + bytes.readInt32BE(end + LETTER);
    if (next > bytes.length) break;
    end = next;
    hasData ||= isData;
  }
  return { end, hasData, isOver: false };
}
