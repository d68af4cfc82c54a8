import type { GraphQLEnumType } from 'graphql';
import type { Language } from '../generated/prisma/enums.ts';
import type { Context } from './context.ts';

/** This way has no answer: the operation is executed as any other, and that says what there is to say. */
export class NotPlanned extends Error {}

/** An answer that is being written, in order, whatever of it comes later. */
export class Writing {
  readonly context: Context;
  /** What stands behind all that is still to come. */
  text = '';
  readonly #before: Promise<string>[] = [];

  constructor(context: Context) {
    this.context = context;
  }

  /** Leaves a place for what is still to come. */
  later(text: Promise<string>): void {
    const before = this.text;
    const both = text.then((found) => before + found);
    // Whoever waits for it may have heard of another error before
    both.catch(() => {});
    this.#before.push(both);
    this.text = '';
  }

  add(other: Writing): void {
    if (other.isWhole) this.text += other.text;
    else this.later(other.whole());
  }

  get isWhole(): boolean {
    return this.#before.length === 0;
  }

  async whole(): Promise<string> {
    if (this.isWhole) return this.text;
    return (await Promise.all(this.#before)).join('') + this.text;
  }
}

/** Writes a value into the answer. @throws NotPlanned */
export type Write = (value: unknown, answer: Writing) => void;

/** Writes a value, or leaves a place for it where it comes later. */
export function put(value: unknown, write: Write, answer: Writing): void {
  if (!isPromise(value)) write(value, answer);
  else
    answer.later(
      value.then((found) => {
        const own = new Writing(answer.context);
        write(found, own);
        return own.whole();
      }),
    );
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** The same writing, done once for each object in each language. */
export function once(write: Write): Write {
  const known = new Map<Language, WeakMap<object, string>>();
  return (source, answer) => {
    const { language } = answer.context;
    const texts = known.get(language) ?? new WeakMap<object, string>();
    known.set(language, texts);
    const text = texts.get(source as object);
    if (text !== undefined) {
      answer.text += text;
      return;
    }
    const own = new Writing(answer.context);
    write(source, own);
    if (own.isWhole) texts.set(source as object, own.text);
    answer.add(own);
  };
}

/** One of few words. */
export function enumeration(type: GraphQLEnumType): Write {
  const words = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, `"${name}"`]));
  return (value, answer) => {
    const word = words.get(value);
    if (word === undefined) throw new NotPlanned('No value of its type.');
    answer.text += word;
  };
}

/** What a leaf says, and names. */
export function asJson(value: unknown, answer: Writing): void {
  if (value === null || value === undefined) throw new NotPlanned('Nothing came of a value.');
  answer.text += JSON.stringify(value);
}
