import type { GraphQLError } from 'graphql';
import { sessionEnded, type Viewer } from '../graphql/viewer.ts';
import type { App } from '../ports/app.ts';
import type { LifeWatch } from '../sign-in/life-watch.ts';

/**
 * The results of a stream while the session or leave that opened it lives; then one that says so, and the end. For a
 * stream that stands alone: those on a socket end with it.
 */
export function endWithSession<Result>(
  { sessionWatch, grantWatch }: Pick<App, 'sessionWatch' | 'grantWatch'>,
  viewer: Viewer,
  results: AsyncIterable<Result>,
): AsyncIterable<Result | { errors: GraphQLError[] }> {
  if (viewer.kind === 'SUBSCRIBER') return endWith(sessionWatch, viewer.session, results);
  if (viewer.kind === 'PARTNER') return endWith(grantWatch, viewer.grant, results);
  return results;
}

function endWith<Key, Result>(
  lives: LifeWatch<Key>,
  life: Key,
  results: AsyncIterable<Result>,
): AsyncIterableIterator<Result | { errors: GraphQLError[] }> {
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
