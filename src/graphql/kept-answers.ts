import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { WrittenResult } from './written-result.ts';

/** As many as there are catalogue documents of all clients in three languages, and some pages. */
const KEPT = 200;
/** In characters. The longest page of the catalogue with all its fields has fewer. */
const LONGEST = 100_000;

/**
 * Whole answers about the catalogue: they are the same for everybody who asks the same in the same language, as long as
 * the catalogue is the same. When full, the one that was asked for longest ago goes.
 */
export class KeptAnswers {
  readonly #kept = new LRUCache<string, ExecutionResult>({ max: KEPT });
  #catalogue: Catalogue | undefined;

  /** The answer under this key, which names all that it depends on beside the catalogue. */
  find(catalogue: Catalogue, key: string): ExecutionResult | undefined {
    if (catalogue !== this.#catalogue) this.#kept.clear();
    this.#catalogue = catalogue;
    return this.#kept.get(key);
  }

  /** An answer that came of this catalogue; one that is not whole, too long or late is not kept. */
  keep(catalogue: Catalogue, key: string, answer: ExecutionResult): void {
    if (catalogue !== this.#catalogue || answer.errors) return;
    const text = JSON.stringify(answer);
    if (text.length > LONGEST || key.length > LONGEST) return;
    this.#kept.set(key, new WrittenResult(Buffer.from(text)));
  }
}
