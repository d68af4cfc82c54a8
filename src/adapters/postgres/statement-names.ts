import { LRUCache } from 'lru-cache';
import type pg from 'pg';

/** Far more than the product has statements; documents of anybody's own making have as many as they like. */
const NAMED = 500;

/**
 * Names for statements, under which a connection's server keeps them parsed and planned. Beyond so many the one that was
 * asked for longest ago loses its name, and gets another when it is asked for again. A server keeps a name as long as its
 * connection: one that has lived through many names is ended as it comes back to the pool.
 */
export class StatementNames {
  #given = 0;

  constructor(pool: pg.Pool) {
    const before = new WeakMap<pg.PoolClient, number>();
    pool.on('connect', (client) => before.set(client, this.#given));
    pool.on('release', (_error, client) => {
      if (this.#given - before.get(client)! > NAMED) client.end().catch(() => {});
    });
  }

  /** Names of one kind, for whoever keeps account of them on the connections by itself. */
  by(prefix: string): (query: { sql: string }) => string {
    const names = new LRUCache<string, string>({ max: NAMED });
    return ({ sql }) => {
      const known = names.get(sql);
      if (known) return known;
      const name = `${prefix}${this.#given++}`;
      names.set(sql, name);
      return name;
    };
  }
}
