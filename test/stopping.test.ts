import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { END_WITHIN_MS } from '../src/stop-times.ts';
import { Stopping } from '../src/stopping.ts';

let happened: string[] = [];
beforeEach(() => {
  happened = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const say = (what: string) => async () => void happened.push(what);
const failing = async () => {
  throw new Error('no end');
};
const never = () => new Promise<void>(() => {});

function begun(report = async (error: unknown) => void happened.push(String(error))): Stopping {
  const stopping = new Stopping({ exit: (code) => void happened.push(`exit ${code}`), report });
  stopping.add(say('first'));
  stopping.onLeave(say('leave'), 5_000);
  stopping.add(say('second'));
  return stopping;
}

test('asked to stop, once or twice, it leaves, and ends what it began in the reverse order', async () => {
  const stopping = begun();
  await Promise.all([stopping.stop(), stopping.stop()]);
  expect(happened).toEqual(['leave', 'second', 'first', 'exit 0']);
});

test('who is left alone does not wait to be left', async () => {
  await begun().abandon();
  expect(happened).toEqual(['second', 'first', 'exit 1']);
});

test('an end that fails is said, keeps no other from being reached, and shows in the code', async () => {
  const stopping = begun();
  stopping.add(failing);
  await stopping.stop();
  expect(happened).toEqual(['leave', 'Error: no end', 'second', 'first', 'exit 1']);
});

test('what nobody caught is said and ends the process, also when nothing can be said any more', async () => {
  await begun().fail(new Error('a crash'));
  expect(happened).toEqual(['Error: a crash', 'second', 'first', 'exit 1']);
  happened = [];
  await begun(failing).fail(new Error('a crash'));
  expect(happened).toEqual(['second', 'first', 'exit 1']);
});

test('a crash while it stops is said, and nothing is ended twice', async () => {
  const stopping = begun();
  const stopped = stopping.stop();
  await stopping.fail(new Error('a crash'));
  await stopped;
  expect(happened.toSorted()).toEqual(['Error: a crash', 'exit 1', 'first', 'leave', 'second']);
});

test('what fails because it is being stopped is no news', async () => {
  const stopping = begun();
  await stopping.stop();
  await stopping.failUnlessBegun(new Error('gone'));
  expect(happened.at(-1)).toBe('exit 0');
});

test('whatever holds it up, it is gone when its time is over', async () => {
  const stopping = begun();
  stopping.add(never);
  void stopping.stop();
  await vi.advanceTimersByTimeAsync(5_000 + END_WITHIN_MS - 1);
  expect(happened).toEqual(['leave']);
  await vi.advanceTimersByTimeAsync(1);
  expect(happened).toEqual(['leave', 'exit 1']);
});
