import type { Context } from './context.ts';

/** An answer that is being written, in order, whatever of it comes later. */
export class Writing {
  readonly context: Context;
  /** What stands behind all that is still to come. */
  text = '';
  readonly #before: (string | Promise<string>)[] = [];

  constructor(context: Context) {
    this.context = context;
  }

  /** Leaves a place for what is still to come. */
  later(text: Promise<string>): void {
    // Whoever waits for it may have heard of another error before
    text.catch(() => {});
    this.#before.push(this.text, text);
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
    return [...(await Promise.all(this.#before.map((each) => Promise.resolve(each)))), this.text].join('');
  }
}
