/** A row that was read with all that the document selects of it: its relations are on it. */
export class HotRow {
  /** Whether all of these are on it. */
  has(names: readonly string[]): boolean {
    return names.every((name) => (this as unknown as Record<string, unknown>)[name] !== undefined);
  }
}
