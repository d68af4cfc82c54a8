/** What rows of one selection have on them. */
export class Carried {
  readonly #names: ReadonlySet<string>;
  /** A field asks for the same at each row. */
  readonly #known = new Map<readonly string[], boolean>();

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  has(names: readonly string[]): boolean {
    let known = this.#known.get(names);
    if (known === undefined) this.#known.set(names, (known = names.every((name) => this.#names.has(name))));
    return known;
  }
}

/**
 * A row that was read with all that the document selects of it: its relations are on it. What it knows of itself is none of
 * its properties, since a column may have any name.
 */
export class HotRow {
  readonly #carried: Carried;

  constructor(carried: Carried) {
    this.#carried = carried;
  }

  /** Whether this is one, and all of these are on it. */
  static carries(row: unknown, names: readonly string[]): boolean {
    return row instanceof HotRow && row.#carried.has(names);
  }
}
