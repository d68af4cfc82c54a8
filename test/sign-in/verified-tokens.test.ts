import { expect, test } from 'vitest';
import { VerifiedTokens } from '../../src/sign-in/verified-tokens.ts';

const session = { subscriberId: 's', id: 'i' };
const at = (seconds: number) => new Date(seconds * 1_000);

test('a token is known until the second that it expires in, and no longer', () => {
  const tokens = new VerifiedTokens<typeof session>();
  tokens.keep('a', { whom: session, exp: 100 }, at(1));
  expect(tokens.whomFor('a', at(99.999))).toEqual(session);
  expect(tokens.whomFor('b', at(50))).toBeUndefined();
  expect(tokens.whomFor('a', at(100))).toBeUndefined();
  expect(tokens.whomFor('a', at(50))).toBeUndefined();
});

test('there are ten thousand at the most: the oldest goes', () => {
  const tokens = new VerifiedTokens<typeof session>();
  for (let i = 0; i <= 10_000; i++) tokens.keep(`${i}`, { whom: session, exp: 100 }, at(1));
  expect(tokens.whomFor('0', at(1))).toBeUndefined();
  expect(tokens.whomFor('1', at(1))).toEqual(session);
  expect(tokens.whomFor('10000', at(1))).toEqual(session);
});

test('what has expired goes as others come', () => {
  const tokens = new VerifiedTokens<typeof session>();
  for (let i = 0; i < 10; i++) tokens.keep(`${i}`, { whom: session, exp: 100 + i }, at(1));
  tokens.keep('next', { whom: session, exp: 200 }, at(105));
  // Asked at a time that has passed, so that it is not the question that removes it
  expect(tokens.whomFor('5', at(1))).toBeUndefined();
  expect(tokens.whomFor('6', at(1))).toEqual(session);
  expect(tokens.whomFor('next', at(106))).toEqual(session);
});
