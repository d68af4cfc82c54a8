import { expect, test } from 'vitest';
import { Secrets } from '../../src/secrets.ts';
import { isPassport, passportDigest } from '../../src/subscriber/passport.ts';

const PASSPORT = { series: '4510', number: '777777' };

test('what is kept of a passport is good for its own line alone', () => {
  const secrets = new Secrets(['k'.repeat(32)]);
  const digest = passportDigest(secrets, 'one line', PASSPORT);
  expect(isPassport(secrets, 'one line', PASSPORT, digest)).toBe(true);
  expect(isPassport(secrets, 'another', PASSPORT, digest)).toBe(false);
});
