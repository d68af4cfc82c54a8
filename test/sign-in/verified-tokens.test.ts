import { expect, test } from 'vitest';
import { VerifiedTokens } from '../../src/sign-in/verified-tokens.ts';

const session = { subscriberId: 's', id: 'i' };
const at = (seconds: number) => new Date(seconds * 1_000);

test('a token is known until the second that it expires in, and no longer', () => {
  const tokens = new VerifiedTokens();
  tokens.keep('a', { session, exp: 100 });
  expect(tokens.sessionOf('a', at(99.999))).toEqual(session);
  expect(tokens.sessionOf('b', at(50))).toBeUndefined();
  expect(tokens.sessionOf('a', at(100))).toBeUndefined();
  expect(tokens.sessionOf('a', at(50))).toBeUndefined();
});

test('there are ten thousand at the most: the oldest goes', () => {
  const tokens = new VerifiedTokens();
  for (let i = 0; i <= 10_000; i++) tokens.keep(`${i}`, { session, exp: 100 });
  expect(tokens.sessionOf('0', at(1))).toBeUndefined();
  expect(tokens.sessionOf('1', at(1))).toEqual(session);
  expect(tokens.sessionOf('10000', at(1))).toEqual(session);
});
