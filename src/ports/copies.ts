import type { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './database.ts';

/** A row on its way, its columns taken in the order in which they were asked for. None may be null. */
export interface CopiedRow {
  /** Of a timestamptz, to the millisecond. */
  date(): Date;
  text(): string;
  /** Of an enum or a text that has few values. */
  oneOf<Value extends string>(values: readonly Value[]): Value;
  /** Of a bigint. @throws beyond what a number holds exactly */
  integer(): number;
}

/** Reads of very many rows, several times as quick as statements that are answered with rows. */
export interface Copies {
  /**
   * Opens a reading of what `tx` (a repeatable read) sees, on a connection of its own: `tx` may end before it is read.
   * It is read in batches of any size, as fast as they are taken; end it, or its connection stays taken.
   */
  open<Row>(tx: Tx, query: Prisma.Sql, read: (row: CopiedRow) => Row): Promise<Copy<Row>>;
}

export interface Copy<Row> {
  batches(): AsyncIterable<Row[]>;
  /** Harmless when repeated. */
  end(): void;
}
