/** A few megabytes; whoever calls more than once in ten minutes is found again. */
const KEPT = 10_000;

interface Verified<Whom> {
  whom: Whom;
  /** Seconds since 1970 (RFC 7519, 4.1.4). */
  exp: number;
}

/**
 * Tokens whose signature was found good, until they expire. Only the signature is remembered: whether the session
 * still lives is asked of the database each time. The oldest go first: expired ones as others come, and when it is full.
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

  keep(token: string, verified: Verified<Whom>, now: Date): void {
    const seconds = Math.floor(now.getTime() / 1_000);
    for (const [oldest, { exp }] of this.#known) {
      if (exp > seconds && this.#known.size < KEPT) break;
      this.#known.delete(oldest);
    }
    this.#known.set(token, verified);
  }
}
