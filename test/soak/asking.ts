import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { PAUSES_MS, persist } from './persist.ts';
import type { Tally } from './tally.ts';

/** What an answer is, as far as a soak looks at it. */
export interface Answer {
  data?: any;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** A thing that went otherwise than it should; the tally has it already. */
export class Otherwise extends Error {}

export interface Question {
  kind: string;
  query: string;
  variables?: object;
  token?: string | undefined;
  /** The address that the proxy in front saw it come from. */
  address?: string | undefined;
  /** The code, or the type of the answer, that is right; absent: data without errors. */
  right?: string;
  /** Whether asking it again does nothing twice: a read, a mutation under its key, a token that has its grace. */
  repeatable?: boolean;
  /** When it was to begin: what a late start costs is the product's, too. */
  due?: number;
}

const CONNECTIONS = 256;

/** Speaks HTTP to the product as frontends do, and tallies each answer. */
export class Asking {
  readonly #pool: Pool;
  readonly #pausesMs: readonly number[];
  readonly tally: Tally;

  constructor(url: string, tally: Tally, pausesMs = PAUSES_MS) {
    this.#pool = new Pool(url, { connections: CONNECTIONS });
    this.#pausesMs = pausesMs;
    this.tally = tally;
  }

  /** Asks, and expects the right answer. @throws Otherwise on any other, once it is tallied */
  async ask(question: Question): Promise<any> {
    const { kind, query, variables, right, repeatable, due = performance.now() } = question;
    const answer = await persist(
      () => this.#post({ query, variables }, question),
      (why) => this.tally.repeated(kind, why),
      repeatable ? this.#pausesMs : [],
    ).catch((error: unknown) => {
      throw this.wrong(kind, `no answer: ${String(error)}`);
    });
    this.tally.done(kind, performance.now() - due);
    const code = answer.errors?.[0]?.extensions?.code;
    const [result] = Object.values<any>(answer.data ?? {});
    const is = code ?? result?.__typename;
    if (right ? is === right : !answer.errors) {
      if (right && (code || result?.code)) this.tally.intended(kind, right);
      return result;
    }
    throw this.wrong(kind, is ?? answer.errors?.[0]?.message ?? 'an empty answer');
  }

  /** Tallies what went wrong. */
  wrong(kind: string, what: string): Otherwise {
    this.tally.unintended(kind, what);
    return new Otherwise(`${kind}: ${what}`);
  }

  async #post(body: object, { token, address }: Question): Promise<Answer> {
    const response = await this.#pool.request({
      method: 'POST',
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        'accept-language': 'en',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(address ? { 'x-forwarded-for': address } : {}),
      },
      body: JSON.stringify(body),
    });
    return (await response.body.json()) as Answer;
  }

  /** A file, whole. */
  async download(kind: string, path: string): Promise<Buffer> {
    const start = performance.now();
    const response = await this.#pool.request({ method: 'GET', path });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    this.tally.done(kind, performance.now() - start);
    if (response.statusCode !== 200) throw this.wrong(kind, `HTTP ${response.statusCode}`);
    return bytes;
  }

  async getJson<Data>(path: string): Promise<Data> {
    const response = await this.#pool.request({ method: 'GET', path });
    return (await response.body.json()) as Data;
  }

  close = (): Promise<void> => this.#pool.destroy();
}

/** Waits for something to be there. @throws when it is not within the time */
export async function wait<Value>(find: () => Value | undefined, withinMs: number): Promise<Value> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`Waited for ${withinMs} ms`);
    await delay(20);
  }
}
