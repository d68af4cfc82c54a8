import type { Exchange, OperationResult } from '@urql/core';
import { concatMap, filter, fromPromise, map, merge, pipe, share, tap } from 'wonka';

const isEvent = ({ operation }: OperationResult): boolean => operation.kind === 'subscription';

/**
 * An event that arrives while answers are on their way is told after them: what was asked before it may have been read
 * before it happened, and the cache would take it for the newer. It waits no longer than one try may take: what comes
 * later was asked again after it happened.
 */
export const eventsInTurn =
  (patienceMs: number): Exchange =>
  ({ forward }) =>
  (operations) => {
    const open = new Map<number, PromiseWithResolvers<void>>();
    const isOver = (key: number) => {
      open.get(key)?.resolve();
      open.delete(key);
    };
    const results = pipe(
      operations,
      tap(({ kind, key }) => {
        if (kind === 'teardown') isOver(key);
        else if (kind !== 'subscription' && !open.has(key)) open.set(key, Promise.withResolvers());
      }),
      forward,
      tap((result) => isOver(result.operation.key)),
      share,
    );
    const answers = pipe(
      results,
      filter((result) => !isEvent(result)),
    );
    const events = pipe(
      results,
      filter(isEvent),
      map((event) => allOver(open.values(), patienceMs).then(() => event)),
      concatMap((told) => fromPromise(told)),
    );
    return merge([answers, events]);
  };

/** Waits for all of them, but only so long. */
function allOver(open: Iterable<PromiseWithResolvers<void>>, ms: number): Promise<unknown> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  const all = Promise.all(Array.from(open, ({ promise }) => promise));
  return Promise.race([all, late.promise]).finally(() => clearTimeout(timer));
}
