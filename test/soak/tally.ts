/** What was done in a stretch of time: how long each took by kind, and what went otherwise. */
export interface Stretch {
  ms: Map<string, number[]>;
  /** By kind and code; those that were meant to happen are apart. */
  intended: Map<string, number>;
  unintended: Map<string, number>;
  /** By kind and why: what was asked again, since nobody knew what had come of it. */
  repeated: Map<string, number>;
}

const empty = (): Stretch => ({
  ms: new Map(),
  intended: new Map(),
  unintended: new Map(),
  repeated: new Map(),
});

const countUp = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Keeps count of what is done, stretch by stretch. */
export class Tally {
  #now = empty();

  done(kind: string, ms: number): void {
    const list = this.#now.ms.get(kind) ?? [];
    list.push(ms);
    this.#now.ms.set(kind, list);
  }

  intended(kind: string, code: string): void {
    countUp(this.#now.intended, `${kind}: ${code}`);
  }

  unintended(kind: string, code: string): void {
    countUp(this.#now.unintended, `${kind}: ${code}`);
  }

  repeated(kind: string, why: string): void {
    countUp(this.#now.repeated, `${kind}: ${why}`);
  }

  /** Ends the stretch and begins the next. */
  take(): Stretch {
    const stretch = this.#now;
    this.#now = empty();
    return stretch;
  }
}

/** The value that so many of a hundred are not above; of none: 0. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}

/** All times of one kind in several stretches. */
export const together = (stretches: readonly Stretch[], kind: string): number[] =>
  stretches.flatMap(({ ms }) => ms.get(kind) ?? []);
