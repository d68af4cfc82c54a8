import { sessionEnded } from '../graphql/viewer.ts';
import type { LifeWatch } from '../sign-in/life-watch.ts';

/** The results of a stream while the session or leave that opened it lives; then one that says so, and the end. */
export function endWithSession<Key, Result>(
  lives: LifeWatch<Key>,
  life: Key,
  results: AsyncIterable<Result>,
): AsyncIterableIterator<Result | { errors: Error[] }> {
  const source = results[Symbol.asyncIterator]();
  let over = false;
  const stopWatching = lives.watch(life, () => {
    over = true;
    void source.return?.();
  });
  const stop = () => {
    stopWatching();
    return source.return?.();
  };
  return {
    next: async () => {
      try {
        const next = await source.next();
        if (!next.done) return next;
        stopWatching();
        const isFarewell = over;
        over = false;
        return isFarewell ? { value: { errors: [sessionEnded()] }, done: false } : next;
      } catch (error) {
        stopWatching();
        throw error;
      }
    },
    return: async (value) => {
      await stop();
      return { value, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
