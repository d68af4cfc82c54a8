/** What can be sent as a parameter. */
export type Parameter = string | number | bigint | boolean | Date | null;

/** One SQL statement with its values, `$1` first. */
export interface Statement {
  text: string;
  values: readonly Parameter[];
}

/** Reads plain rows, each an array of its columns, by SQL of our own. */
export interface Rows {
  /** @throws as PostgreSQL does */
  read(statement: Statement): Promise<unknown[][]>;
}
