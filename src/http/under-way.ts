interface Place<Each> {
  each: Each;
  at: number;
}

/**
 * What is under way just now, of which much comes and goes. Not a Set: whenever one makes itself a new table, V8 has the
 * old one point to that, and from the first that grows old with its process all that was in any of them looks alive to
 * young collections (BENCH.md).
 */
export class UnderWay<Each> implements Iterable<Each> {
  readonly #places: Place<Each>[] = [];

  /** One more, until it is said that this one is over. */
  add(each: Each): () => void {
    const place = { each, at: this.#places.length };
    this.#places.push(place);
    return () => this.#leave(place);
  }

  /** The last one takes the place of the one that leaves. */
  #leave(place: Place<Each>): void {
    if (this.#places[place.at] !== place) return;
    const last = this.#places.pop()!;
    if (last === place) return;
    last.at = place.at;
    this.#places[last.at] = last;
  }

  *[Symbol.iterator](): Generator<Each> {
    for (const { each } of this.#places.slice()) yield each;
  }
}
