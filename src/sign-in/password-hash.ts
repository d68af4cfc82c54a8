import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Secrets, SecretText } from '../secrets.ts';
import { limitsRefused } from '../seeing/metrics.ts';

const ARGON2ID = 2;
/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How much of the queue one address may take: a carrier's stands for thousands, and still not for everybody. */
const SHARE = 0.8;

/** What looks like a hash of ours and is nobody's: made without a hash, so that the first comparison costs no more. */
function decoy(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const random = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${random(16)}$${random(32)}`;
}

/** What is hashed: one spelling for each text, since keyboards differ in how they compose é or ё (NIST SP 800-63B, 5.1.1.2). */
const typed = (password: SecretText): string => password.reveal().normalize('NFC');

/** More is asked at once than passwords can be compared in bearable time. */
export class TooBusy extends Error {}

/**
 * argon2id with a pepper, as PHC strings. Each hash takes a core and 19 MiB for some 20 ms, so only a few are made at
 * once, and only a bounded number of people is let in to wait for theirs.
 */
export class PasswordHashing {
  readonly #secrets: Secrets;
  readonly #atOnce: LimitFunction;
  readonly #places: number;
  readonly #share: number;
  readonly #takenBy = new Map<string, number>();
  #taken = 0;
  readonly #decoy = decoy();
  /** How many were made or compared so far. */
  made = 0;

  constructor(secrets: Secrets, { atOnce, places }: { atOnce: number; places: number }) {
    this.#secrets = secrets;
    this.#atOnce = pLimit(atOnce);
    this.#places = places;
    this.#share = Math.ceil(places * SHARE);
  }

  /**
   * Does somebody's work with passwords, if there is a place in the queue, and whoever it comes from (an address, a line)
   * has not taken their share of it.
   * @throws TooBusy
   */
  async inQueue<Result>(from: string, work: () => Promise<Result>): Promise<Result> {
    const theirs = this.#takenBy.get(from) ?? 0;
    if (this.#taken >= this.#places || theirs >= this.#share) {
      limitsRefused.inc({ limit: 'passwords at once' });
      throw new TooBusy();
    }
    this.#count(from, 1);
    try {
      return await work();
    } finally {
      this.#count(from, -1);
    }
  }

  #count(from: string, by: 1 | -1): void {
    this.#taken += by;
    const theirs = (this.#takenBy.get(from) ?? 0) + by;
    if (theirs) this.#takenBy.set(from, theirs);
    else this.#takenBy.delete(from);
  }

  hash(password: SecretText): Promise<string> {
    const [secret] = this.#secrets.keys('pepper');
    return this.#run(() => hash(typed(password), { ...PARAMETERS, secret }));
  }

  async matches(hashed: string, password: SecretText): Promise<boolean> {
    for (const secret of this.#secrets.keys('pepper'))
      if (await this.#run(() => verify(hashed, typed(password), { secret }))) return true;
    return false;
  }

  /** The work of a comparison that fails, where there is nothing to compare with. */
  async matchesNothing(password: SecretText): Promise<false> {
    await this.matches(this.#decoy, password);
    return false;
  }

  #run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.made++;
    return this.#atOnce(work);
  }
}
