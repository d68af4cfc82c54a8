import type { Wake } from '../../ports/wake-ups.ts';

/** Who listens in this process, by topic. */
export class Topics {
  readonly #listeners = new Map<string, Set<Wake>>();
  /** Where the sweep over all topics has come to. */
  #sweep = this.#listeners.values();
  /** The part of a topic that the sweep is due beside whole ones. */
  #due = 0;

  listen(topic: string, wake: Wake): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(wake));
    return () => {
      listeners.delete(wake);
      if (!listeners.size && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  /** Passes a notification on: the topic, and behind a space what news there is. */
  hear(payload: string): void {
    const end = payload.indexOf(' ');
    const topic = end < 0 ? payload : payload.slice(0, end);
    const news = end < 0 ? undefined : payload.slice(end + 1);
    this.#listeners.get(topic)?.forEach((wake) => wake(news));
  }

  wakeAll(): void {
    this.#listeners.forEach((listeners) => listeners.forEach((wake) => wake()));
  }

  /** Wakes that share of all topics, those whose turn it is. */
  wakeSome(share: number): void {
    this.#due += this.#listeners.size * share;
    for (; this.#due >= 1; this.#due--) this.#next()?.forEach((wake) => wake());
  }

  #next(): Set<Wake> | undefined {
    const next = this.#sweep.next();
    if (!next.done) return next.value;
    this.#sweep = this.#listeners.values();
    return this.#sweep.next().value;
  }
}
