import { expect, test } from 'vitest';
import { Topics } from '../../src/adapters/postgres/topics.ts';

/** Topics that note down who was woken, with what. */
function listening(names: readonly string[]): { topics: Topics; woken: string[] } {
  const topics = new Topics();
  const woken: string[] = [];
  for (const name of names) topics.listen(name, (news) => woken.push(news ? `${name}: ${news}` : name));
  return { topics, woken };
}

test('news reach the listeners of their topic, spaces and all', () => {
  const { topics, woken } = listening(['a', 'b']);
  topics.hear('a {"state": "IN_PROGRESS"}');
  topics.hear('b');
  topics.hear('c nobody listens');
  expect(woken).toEqual(['a: {"state": "IN_PROGRESS"}', 'b']);
});

test('a sweep in parts wakes each topic once, in turn', () => {
  const { topics, woken } = listening(['a', 'b', 'c', 'd', 'e']);
  for (let part = 0; part < 8; part++) topics.wakeSome(1 / 4);
  expect(woken).toEqual(['a', 'b', 'c', 'd', 'e', 'a', 'b', 'c', 'd', 'e']);
});

test('few topics wait for their turn', () => {
  const { topics, woken } = listening(['a']);
  for (let part = 0; part < 3; part++) topics.wakeSome(1 / 4);
  expect(woken).toEqual([]);
  topics.wakeSome(1 / 4);
  expect(woken).toEqual(['a']);
});

test('who comes and goes during a sweep neither stops it nor is woken afterwards', () => {
  const { topics, woken } = listening(['a', 'b']);
  const stop = topics.listen('c', () => woken.push('c'));
  topics.wakeSome(1 / 3);
  stop();
  topics.listen('d', () => woken.push('d'));
  for (let part = 0; part < 3; part++) topics.wakeSome(1 / 3);
  expect(woken).toEqual(['a', 'b', 'd', 'a']);
});

test('a sweep over nothing wakes nobody', () => {
  const { topics, woken } = listening([]);
  topics.wakeSome(1);
  topics.wakeAll();
  expect(woken).toEqual([]);
});
