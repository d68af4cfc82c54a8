import { randomInt, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { linkTo, orderOfLink } from '../../src/cost-control/link.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { callbackPath, isFromNetwork } from '../../src/http/network-callback.ts';
import { Secrets, SecretText } from '../../src/secrets.ts';
import { PasswordHashing } from '../../src/sign-in/password-hash.ts';
import { isSolved, newWork, solutionOf } from '../../src/sign-in/proof-of-work.ts';
import { issueTokens, knownDevice, readAccessToken, readRefreshToken } from '../../src/sign-in/tokens.ts';
import { isPassport, passportDigest } from '../../src/subscriber/passport.ts';
import { MovableClock } from '../support/clock.ts';
import { testConfig } from '../support/config.ts';

const [OLD, NEW] = ['o'.repeat(32), 'n'.repeat(32)];
const line = randomUUID();
const config = testConfig();
const clock = new MovableClock();
const partsWith = (keys: string[]) => ({
  config,
  clock,
  secrets: new Secrets(keys),
  random: { below: randomInt },
});
type Parts = ReturnType<typeof partsWith>;

const session = { id: randomUUID(), subscriberId: line, generation: 0, device: randomUUID() };
const PASSPORT = { series: '4510', number: '000001' };
const tokensOf = (parts: Parts) => issueTokens(parts, session);
const hashing = ({ secrets }: Parts) => new PasswordHashing(secrets, { atOnce: 1, places: 1 });
const work = newWork(partsWith([OLD]));
const soon = () => new Date(clock.now().getTime() + 60_000);

/** Each thing that a key makes: how it is made, and whether it holds. */
const THINGS: Record<string, [(parts: Parts) => unknown, (parts: Parts, made: any) => unknown]> = {
  'an access token': [
    async (parts) => (await tokensOf(parts)).accessToken,
    (parts, token) => readAccessToken(parts, token),
  ],
  'a refresh token': [
    async (parts) => (await tokensOf(parts)).refreshToken,
    ({ secrets }, token) => readRefreshToken(secrets, token),
  ],
  'a device token': [
    async (parts) => (await tokensOf(parts)).deviceToken,
    ({ secrets }, token) => knownDevice(secrets, { id: line, ownerSince: null }, token),
  ],
  'a captcha': [
    ({ secrets }) => secrets.seal('captcha', { answer: 'ABCDE' }, clock.now(), soon()),
    ({ secrets }, id) => secrets.unseal('captcha', id, clock.now()),
  ],
  'a proof of work': [
    (parts) => solutionOf(parts, work),
    ({ secrets }, solution) => isSolved(secrets, work, solution),
  ],
  'a password': [
    (parts) => hashing(parts).hash(new SecretText('correct horse')),
    (parts, hash) => hashing(parts).matches(hash, new SecretText('correct horse')),
  ],
  'a cursor': [
    ({ secrets }) => encodeCursor(secrets, line, 7),
    ({ secrets }, cursor) => decodeCursor(secrets, line, cursor),
  ],
  'a link to a statement': [
    ({ secrets }) => linkTo(config, secrets, { subscriberId: line, orderId: line }),
    ({ secrets }, link: string) => orderOfLink(secrets, link.split('/files/')[1]!),
  ],
  'a passport’s digest': [
    ({ secrets }) => passportDigest(secrets, line, PASSPORT),
    ({ secrets }, digest) => isPassport(secrets, line, PASSPORT, digest),
  ],
  'the address at which the network calls back': [
    ({ secrets }) => callbackPath(secrets),
    ({ secrets }, path) => isFromNetwork({ secrets, networkCallback: { hear: () => {} } }, path),
  ],
  'the memory of an idempotency key': [
    ({ secrets }) => secrets.tag('input-digest', 'input'),
    ({ secrets }, digest) => secrets.matches('input-digest', 'input', digest),
  ],
};

test.each(Object.entries(THINGS))(
  '%s made with an older key holds while that key is listed, wherever, and no longer',
  async (_, [make, holds]) => {
    const made = await make(partsWith([OLD]));
    expect(await holds(partsWith([OLD]), made)).toBeTruthy();
    // A process that has the new key in front, and one that has it behind
    expect(await holds(partsWith([NEW, OLD]), made)).toBeTruthy();
    expect(await holds(partsWith([OLD, NEW]), await make(partsWith([NEW, OLD])))).toBeTruthy();
    expect(await holds(partsWith([NEW]), made)).toBeFalsy();
    // What is made once the new key is in front needs the old one no more
    expect(await holds(partsWith([NEW]), await make(partsWith([NEW, OLD])))).toBeTruthy();
  },
);
