/** Wrong tries as the brief counts them. Seconds throughout. */
export interface Tries {
  /** From when on another may be made: a moment, null where a pause does not help; undefined: now. */
  lockedUntil(now: number): number | null | undefined;
  /** Counts a wrong one, and says how many are left. */
  wrong(now: number): number;
  /** The last one proved to be right. */
  right(): void;
}

/** So many wrong ones in a row, then a pause. */
export class Streak implements Tries {
  #wrong = 0;
  #lastAt = 0;
  readonly #allowed: number;
  readonly #pause: number;

  constructor(allowed: number, pause: number) {
    this.#allowed = allowed;
    this.#pause = pause;
  }

  lockedUntil(now: number): number | undefined {
    if (this.#wrong < this.#allowed) return undefined;
    const until = this.#lastAt + this.#pause;
    if (now < until) return until;
    this.#wrong = 0;
    return undefined;
  }

  wrong(now: number): number {
    this.#lastAt = now;
    return this.#allowed - ++this.#wrong;
  }

  right(): void {
    this.#wrong = 0;
  }
}

/** So many wrong ones in a day from the first, then nothing helps but to be opened anew. */
export class PerDay implements Tries {
  #wrong = 0;
  #since = 0;
  readonly #allowed: number;
  /** Only what was made from then on is compared. */
  onlyFrom = -Infinity;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  lockedUntil(now: number): null | undefined {
    if (this.#wrong >= this.#allowed) return null;
    if (now >= this.#since + 86_400) this.#wrong = 0;
    return undefined;
  }

  wrong(now: number): number {
    if (!this.#wrong) this.#since = now;
    return this.#allowed - ++this.#wrong;
  }

  right(): void {
    this.#wrong--;
  }

  /** A new SMS password was asked for. */
  reopen(now: number): void {
    if (this.#wrong < this.#allowed) return;
    this.#wrong = 0;
    this.onlyFrom = now;
  }
}
