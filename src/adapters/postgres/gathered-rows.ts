import type pg from 'pg';
import type { Rows, Statement } from '../../ports/rows.ts';
import { type Read, RowsBatch } from './rows-batch.ts';

/** As many on one connection as do not make the last one wait for long; what is beyond goes over another. */
const AT_ONCE = 8;

/**
 * Reads that are asked for in the same turn of the event loop go to the server together: the more there is to do, the less
 * each costs. Alone, a read waits for nobody.
 */
export class GatheredRows implements Rows {
  readonly #pool: pg.Pool;
  readonly #nameOf: (query: { sql: string }) => string;
  #asked: Read[] = [];

  constructor(pool: pg.Pool, nameOf: (query: { sql: string }) => string) {
    this.#pool = pool;
    this.#nameOf = nameOf;
  }

  read({ text, values }: Statement): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      if (!this.#asked.length) setImmediate(() => this.#send());
      this.#asked.push({ name: this.#nameOf({ sql: text }), text, values, resolve, reject });
    });
  }

  #send(): void {
    const reads = this.#asked;
    this.#asked = [];
    for (let at = 0; at < reads.length; at += AT_ONCE) void this.#run(reads.slice(at, at + AT_ONCE));
  }

  async #run(reads: readonly Read[]): Promise<void> {
    const batch = new RowsBatch(reads);
    try {
      // A promise, whatever its types say
      await (this.#pool.query(batch) as unknown as Promise<void>);
    } catch (error) {
      // Those that were sent have heard it already
      for (const { reject } of reads) reject(error);
    }
    // One that fails takes those behind it along, and is not among them
    for (const read of batch.left) void this.#run([read]);
  }
}
