import { gql, makeOperation, type Operation, type OperationResult } from '@urql/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { empty, makeSubject, merge, mergeMap, pipe, type Source, subscribe } from 'wonka';
import { eventsInTurn } from '../../src/web/graphql/events-in-turn.ts';

const PATIENCE_MS = 20_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const operation = (kind: 'query' | 'subscription', key: number) =>
  makeOperation(
    kind,
    { key, query: gql('{ me { id } }'), variables: {} },
    { url: '/graphql', requestPolicy: 'network-only' },
  );
const QUESTION = operation('query', 1);
const STREAM = operation('subscription', 2);

const resultOf = (about: Operation): OperationResult => ({
  operation: about,
  data: {},
  stale: false,
  hasNext: false,
});

/** A page that has asked a question and follows a stream: what it is told, and a way to have it told more. */
function asking() {
  const operations = makeSubject<Operation>();
  const results = makeSubject<OperationResult>();
  const told: string[] = [];
  const exchange = eventsInTurn(PATIENCE_MS)({
    client: undefined as never,
    dispatchDebug: () => {},
    forward: (forwarded) =>
      merge([
        results.source,
        pipe(
          forwarded,
          mergeMap(() => empty as Source<OperationResult>),
        ),
      ]),
  });
  pipe(
    exchange(operations.source),
    subscribe(({ operation: { kind } }) => void told.push(kind)),
  );
  operations.next(QUESTION);
  operations.next(STREAM);
  return { told, tell: (about: Operation) => results.next(resultOf(about)) };
}

test('an event that overtakes an answer is told after it', async () => {
  const { told, tell } = asking();
  tell(STREAM);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
  expect(told).toEqual([]);
  tell(QUESTION);
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['query', 'subscription']);
  expect(vi.getTimerCount()).toBe(0);
});

test('an event waits no longer than one try takes for an answer that does not come', async () => {
  const { told, tell } = asking();
  tell(STREAM);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(told).toEqual(['subscription']);
});
