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
  const relay = (async function* () {
    try {
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
      if (over) yield { errors: [sessionEnded()] };
    } finally {
      stopWatching();
    }
  })();
  const stop = relay.return.bind(relay);
  // A generator that waits cannot be stopped from outside: what it waits for has to end first.
  relay.return = async (value) => {
    stopWatching();
    await source.return?.();
    return stop(value);
  };
  return relay;
}
