import type { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './database.ts';

/**
 * Some rows on their way, gone through once: one row after the other, and of each its columns in the order in which
 * they were asked for. None may be null.
 */
export interface CopiedRows {
  /** What the texts are parts of, in UTF-8; stays as it is. */
  readonly bytes: Buffer;
  /** Where in `bytes` the text that was taken last begins, and where it ends. */
  readonly textStart: number;
  readonly textEnd: number;
  /** Goes on to the next row, the first at first; false after the last. */
  next(): boolean;
  /** Of a timestamptz, in milliseconds since 1970. */
  moment(): number;
  /** Takes a text, which is then where `textStart` and `textEnd` say. */
  text(): void;
  /** Which of these it is, of an enum or a text that has few values. @throws if it is another */
  oneOf(values: readonly string[]): number;
  /** Of a bigint. @throws beyond what a number holds exactly */
  integer(): number;
}

/** Reads of very many rows, several times as quick as statements that are answered with rows. */
export interface Copies {
  /**
   * Opens a reading of what `tx` (a repeatable read) sees, on a connection of its own: `tx` may end before it is read.
   * It is read in batches of any size, of which `read` makes what it likes, as fast as they are taken; end it, or its
   * connection stays taken.
   */
  open<Batch>(tx: Tx, query: Prisma.Sql, read: (rows: CopiedRows) => Batch): Promise<Copy<Batch>>;
}

export interface Copy<Batch> {
  batches(): AsyncIterable<Batch>;
  /** Harmless when repeated. */
  end(): void;
}
