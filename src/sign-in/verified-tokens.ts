/** A few megabytes; whoever calls more than once in ten minutes is found again. */
const KEPT = 10_000;

interface Verified<Whom> {
  whom: Whom;
  /** Seconds since 1970 (RFC 7519, 4.1.4). */
  exp: number;
}

/**
 * Tokens whose signature was found good, until they expire. Only the signature is remembered: whether the session
 * still lives is asked of the database each time. When full, the oldest goes.
 */
export class VerifiedTokens<Whom> {
  readonly #known = new Map<string, Verified<Whom>>();

  whomFor(token: string, now: Date): Whom | undefined {
    const known = this.#known.get(token);
    if (!known) return undefined;
    if (known.exp > Math.floor(now.getTime() / 1_000)) return known.whom;
    this.#known.delete(token);
    return undefined;
  }

  keep(token: string, verified: Verified<Whom>): void {
    if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(token, verified);
  }
}
