import type { Exchange, OperationResult } from '@urql/core';
import { concatMap, filter, fromPromise, map, merge, pipe, share, tap } from 'wonka';

const isEvent = ({ operation }: OperationResult): boolean => operation.kind === 'subscription';

/**
 * An event that arrives while answers are on their way is told after them: what was asked before it may have been read
 * before it happened, and the cache would take it for the newer.
 */
export const eventsInTurn: Exchange =
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
      map((event) => Promise.all([...open.values()].map(({ promise }) => promise)).then(() => event)),
      concatMap((told) => fromPromise(told)),
    );
    return merge([answers, events]);
  };
