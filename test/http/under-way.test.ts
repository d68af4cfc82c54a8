import { expect, test } from 'vitest';
import { UnderWay } from '../../src/http/under-way.ts';

test('what has been added is under way until it is over, in whatever order that comes', () => {
  const underWay = new UnderWay<string>();
  const [first, second, third] = ['first', 'second', 'third'].map((each) => underWay.add(each));
  expect([...underWay].toSorted()).toEqual(['first', 'second', 'third']);
  first!();
  expect([...underWay].toSorted()).toEqual(['second', 'third']);
  third!();
  expect([...underWay]).toEqual(['second']);
  second!();
  expect([...underWay]).toEqual([]);
});

test('to say twice that one is over takes away no other', () => {
  const underWay = new UnderWay<string>();
  const over = underWay.add('first');
  underWay.add('second');
  over();
  over();
  expect([...underWay]).toEqual(['second']);
  underWay.add('third');
  over();
  expect([...underWay].toSorted()).toEqual(['second', 'third']);
});

test('the same twice is there twice', () => {
  const underWay = new UnderWay<string>();
  const over = underWay.add('one');
  underWay.add('one');
  over();
  expect([...underWay]).toEqual(['one']);
});

test('one that leaves while all are gone through hides no other', () => {
  const underWay = new UnderWay<string>();
  const leave = new Map(['a', 'b', 'c'].map((each) => [each, underWay.add(each)]));
  const met: string[] = [];
  for (const each of underWay) {
    met.push(each);
    leave.get(each)!();
  }
  expect(met.toSorted()).toEqual(['a', 'b', 'c']);
  expect([...underWay]).toEqual([]);
});
