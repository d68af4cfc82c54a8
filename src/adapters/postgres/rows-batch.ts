import pg from 'pg';
import type { Parameter, Statement } from '../../ports/rows.ts';

/** A statement that waits for its rows; `name`: what a connection's server keeps it under. */
export interface Read extends Statement {
  name: string;
  resolve: (rows: unknown[][]) => void;
  reject: (error: unknown) => void;
}

type Columns = readonly ((text: string) => unknown)[];

/** What each connection's server has been told to keep, and how the columns of its rows are read. */
const keptBy = new WeakMap<pg.Connection, Map<string, Columns>>();

/**
 * Some reads on one connection in one message to the server and one back (PostgreSQL, "Pipelining"). What the driver does
 * for each statement, its rows' description among it, is done once for each name.
 */
export class RowsBatch implements pg.Submittable {
  readonly reads: readonly Read[];
  /** Those that were skipped behind one that failed. */
  readonly left: Read[] = [];
  /** Set by the driver, which waits for it. */
  callback: ((error: Error | null) => void) | undefined;
  #kept = new Map<string, Columns>();
  #at = 0;
  #rows: unknown[][] = [];

  constructor(reads: readonly Read[]) {
    this.reads = reads;
  }

  submit(connection: pg.Connection): void {
    this.#kept = keptBy.get(connection) ?? new Map<string, Columns>();
    keptBy.set(connection, this.#kept);
    const begun = new Set<string>();
    connection.stream.cork();
    try {
      for (const { name, text, values } of this.reads) {
        if (!this.#kept.has(name) && !begun.has(name)) {
          connection.parse({ name, text, types: [] }, true);
          connection.describe({ type: 'S', name }, true);
          begun.add(name);
        }
        connection.bind({ portal: '', statement: name, values: values.map(written) }, true);
        connection.execute(null, true);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  /** Comes once for each name on a connection, as its statement is parsed: before a value of a caller's can be wrong. */
  handleRowDescription({ fields }: { fields: readonly { dataTypeID: number }[] }): void {
    const { name } = this.reads[this.#at]!;
    this.#kept.set(
      name,
      fields.map(({ dataTypeID }) => pg.types.getTypeParser(dataTypeID, 'text')),
    );
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const columns = this.#kept.get(this.reads[this.#at]!.name)!;
    const row: unknown[] = fields;
    for (let i = 0; i < fields.length; i++) if (fields[i] !== null) row[i] = columns[i]!(fields[i]!);
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    this.reads[this.#at++]!.resolve(this.#rows);
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: Error): void {
    const [failed, ...others] = this.reads.slice(this.#at);
    failed?.reject(error);
    if (!isOfStatement(error)) {
      for (const { reject } of others) reject(error);
      return this.callback?.(error);
    }
    // The connection is as good as before
    this.left.push(...others);
    this.callback?.(null);
  }
}

const isOfStatement = (error: Error): boolean =>
  error instanceof pg.DatabaseError && error.severity === 'ERROR';

/** A value as text, which PostgreSQL reads as what the statement wants. */
const written = (value: Parameter): string | null =>
  value === null || typeof value === 'string'
    ? value
    : value instanceof Date
      ? value.toISOString()
      : String(value);
