import { expect, test } from 'vitest';
import { codedError } from '../../src/graphql/errors.ts';
import { EventAnswers } from '../../src/graphql/event-answers.ts';
import { WrittenResult } from '../../src/graphql/written-result.ts';
import { sendingWritten } from '../../src/http/written-stream.ts';

/** A stream of these results, and how many of them were asked for. */
function streamOf(
  results: readonly object[],
  answer = (event: unknown): object | Promise<object> => event as object,
) {
  const seen = { asked: 0, over: false };
  async function* events() {
    try {
      for (const result of results) {
        seen.asked++;
        yield await Promise.resolve(result);
      }
    } finally {
      seen.over = true;
    }
  }
  const stream = new EventAnswers(events(), answer, (error) => error as never);
  return { stream, seen };
}

const written = (json: string) => new WrittenResult(json);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is written goes out as a message of the protocol, and nothing of it to the library', async () => {
  const sent: string[] = [];
  const { stream } = streamOf([written('{"data":{"a":1}}'), written('{"data":{"a":"ä"}}')]);
  const results = sendingWritten(stream, 'an "id"', (text) => void sent.push(text));
  expect(await results.next()).toEqual({ done: true, value: undefined });
  expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { id: 'an "id"', type: 'next', payload: { data: { a: 1 } } },
    { id: 'an "id"', type: 'next', payload: { data: { a: 'ä' } } },
  ]);
});

test('anything else is left to the library, in its place', async () => {
  const sent: string[] = [];
  const refused = { errors: [codedError('FORBIDDEN', 'Not this one.')], data: null };
  const { stream } = streamOf([written('{"data":1}'), refused, written('{"data":2}')]);
  const results = sendingWritten(stream, '1', (text) => void sent.push(text));
  expect((await results.next()).value).toEqual(refused);
  expect(sent).toHaveLength(1);
  expect((await results.next()).done).toBe(true);
  expect(sent).toHaveLength(2);
});

test('nothing more is asked for while the system has no room for what was sent', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { stream, seen } = streamOf([written('{"data":1}'), written('{"data":2}')]);
  const next = sendingWritten(stream, '1', () => promise).next();
  await turn();
  expect(seen.asked).toBe(1);
  resolve();
  expect((await next).done).toBe(true);
  expect(seen.asked).toBe(2);
});

test('what was read for an event when the stream was ended is not told any more', async () => {
  const { promise, resolve } = Promise.withResolvers<object>();
  const { stream } = streamOf([{}], () => promise);
  const sent: string[] = [];
  const next = sendingWritten(stream, '1', (text) => void sent.push(text)).next();
  await turn();
  await stream.return();
  resolve(written('{"data":1}'));
  expect(await next).toEqual({ done: true, value: undefined });
  expect(sent).toEqual([]);
});

test('who ends it ends the stream', async () => {
  const { stream, seen } = streamOf([{ data: {} }, { data: {} }]);
  let told = 0;
  stream.whenOver(() => told++);
  const results = sendingWritten(stream, '1', () => undefined);
  await results.next();
  await results.return!();
  expect(seen.over).toBe(true);
  expect(told).toBe(1);
});
