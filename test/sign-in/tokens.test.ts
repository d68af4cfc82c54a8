import { createHmac, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RefreshSessionDocument, SignOutDocument } from '../../src/generated/operations.ts';
import { Secrets } from '../../src/secrets.ts';
import { accessKeys, issueTokens } from '../../src/sign-in/tokens.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let product: Running;
let password: string;
beforeAll(async () => {
  product = await startProduct({ settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000' } });
  ({ password } = await product.client().receivePassword(PHONE));
});
afterAll(() => product.stop());

const signedIn = async (client = product.client()) =>
  (await client.trySignIn(PHONE, password)).tokens as {
    accessToken: string;
    refreshToken: string;
    deviceToken: string;
  };
const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: string) => token.split('.') as [string, string, string];
const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());
/** Only with the installation's own key: to see that a good signature alone is not enough. */
async function signedByUs(
  change: { header?: object; claims?: object; raw?: string; drop?: string },
  base: string,
) {
  const [header, claims] = partsOf(base);
  const body = { ...read(claims), ...change.claims };
  if (change.drop) delete body[change.drop];
  const text = `${json({ ...read(header), ...change.header })}.${change.raw ? Buffer.from(change.raw).toString('base64url') : json(body)}`;
  const [key] = await accessKeys(product.app.secrets);
  return `${text}.${sign(null, Buffer.from(text), key!.privateKey).toString('base64url')}`;
}

describe('an access token forged in any of these ways is refused:', () => {
  type Forge = (good: string) => string | Promise<string>;
  const stranger = generateKeyPairSync('ed25519');
  const byStranger = (header: object, good: string) => {
    const text = `${json({ ...read(partsOf(good)[0]), ...header })}.${partsOf(good)[1]}`;
    return `${text}.${sign(null, Buffer.from(text), stranger.privateKey).toString('base64url')}`;
  };
  const withHmac = (key: string | Buffer) => (good: string) => {
    const text = `${json({ ...read(partsOf(good)[0]), alg: 'HS256' })}.${partsOf(good)[1]}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const now = () => Math.floor(product.clock.now().getTime() / 1_000);
  const ways: [name: string, forge: Forge][] = [
    [
      'alg is none, with no signature',
      (good) => `${json({ ...read(partsOf(good)[0]), alg: 'none' })}.${partsOf(good)[1]}.`,
    ],
    [
      'alg is HS256, keyed with the public key as PEM',
      async (good) => {
        const [key] = await accessKeys(product.app.secrets);
        return withHmac(key!.publicKey.export({ type: 'spki', format: 'pem' }))(good);
      },
    ],
    [
      'alg is HS256, keyed with the public key’s bytes',
      async (good) => {
        const [key] = await accessKeys(product.app.secrets);
        return withHmac(Buffer.from(key!.jwk.x!, 'base64url'))(good);
      },
    ],
    [
      'it brings its own key (jwk)',
      (good) => byStranger({ jwk: stranger.publicKey.export({ format: 'jwk' }) }, good),
    ],
    ['it says where its key is (jku)', (good) => byStranger({ jku: `${product.url}/dev/sms` }, good)],
    [
      'it says where its certificate is (x5u)',
      (good) => byStranger({ x5u: 'https://evil.example/cert' }, good),
    ],
    ['kid is a path', (good) => byStranger({ kid: '../../../../dev/null' }, good)],
    ['kid is nobody’s', (good) => byStranger({ kid: 'constructor' }, good)],
    ['it is signed by somebody else under our kid', (good) => byStranger({}, good)],
    ['iss is another', (good) => signedByUs({ claims: { iss: 'somebody' } }, good)],
    ['aud is another', (good) => signedByUs({ claims: { aud: 'partners' } }, good)],
    ['typ is another', (good) => signedByUs({ header: { typ: 'JWT' } }, good)],
    [
      'it is signed with a key that has been retired',
      async (good) => {
        const retired = { ...product.app, secrets: new Secrets(['r'.repeat(32)]) };
        const { sub, sid } = read(partsOf(good)[1]) as { sub: string; sid: string };
        const session = { subscriberId: sub, id: sid, generation: 0, device: 'd' };
        return (await issueTokens(retired, session)).accessToken;
      },
    ],
    ['it has expired', (good) => signedByUs({ claims: { exp: now() - 1 } }, good)],
    ['it never expires', (good) => signedByUs({ drop: 'exp' }, good)],
    ['it is not good yet (nbf)', (good) => signedByUs({ claims: { nbf: now() + 60 } }, good)],
    [
      'it asks for an extension that we do not know (crit)',
      (good) => signedByUs({ header: { crit: ['b64'], b64: false } }, good),
    ],
    ['it is oversized', (good) => signedByUs({ claims: { more: 'x'.repeat(4_000) } }, good)],
    [
      'a claim comes twice and the last one is another line',
      async (good) => {
        const { sub } = read(partsOf(good)[1]);
        const raw = Buffer.from(partsOf(good)[1], 'base64url')
          .toString()
          .replace(/\}$/, `,"sub":"${String(sub).replace(/.$/, (last) => (last === '0' ? '1' : '0'))}"}`);
        return signedByUs({ raw }, good);
      },
    ],
    [
      'its session is another line’s',
      async (good) => {
        const line = await product.app.db.subscriber.findUniqueOrThrow({
          where: { phoneNumber: '+79160000002' },
        });
        return signedByUs({ claims: { sub: line.id } }, good);
      },
    ],
    [
      'a character of it was changed',
      (good) => good.replace(/\.(.)/, (_all, char: string) => `.${char === 'a' ? 'b' : 'a'}`),
    ],
    ['it is a refresh token', async () => (await signedIn()).refreshToken],
    ['it is a device token', async () => (await signedIn()).deviceToken],
  ];

  test.each(ways)('%s', async (_name, forge) => {
    const client = product.client();
    const good = (await signedIn(client)).accessToken;
    client.token = good;
    expect((await client.query('{ me { id } }')).data.me).toBeTruthy();
    client.token = await forge(good);
    const answer = await client.query('{ identity { kind } }');
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(JSON.stringify(answer)).not.toContain(client.token.slice(0, 40));
  });

  test('it is a member of staff’s and its kind is swapped', async () => {
    const client = product.client();
    const staff = await devStaffToken(product.app, ['support']);
    client.token = await signedByUs({ claims: { sid: 'x' } }, staff);
    expect((await client.query('{ identity { kind } }')).status).toBe(401);
  });
});

describe('signing keys rotate', () => {
  const [older, newer] = ['o'.repeat(32), 'n'.repeat(32)];
  const withKeys = (...keys: string[]) => ({ ...product.app, secrets: new Secrets(keys) });
  const session = {
    subscriberId: '00000000-0000-7000-8000-000000000000',
    id: '00000000-0000-7000-8000-000000000001',
    generation: 3,
    device: '00000000-0000-7000-8000-000000000002',
  };
  const { generation: _generation, device: _device, ...ofAccess } = session;

  test('what the older key signed stays good while it is listed, and not after', async () => {
    const { readAccessToken, readRefreshToken } = await import('../../src/sign-in/tokens.ts');
    const before = await issueTokens(withKeys(older), session);
    const during = withKeys(newer, older);
    expect(await readAccessToken(during, before.accessToken)).toEqual(ofAccess);
    expect(readRefreshToken(during.secrets, before.refreshToken)).toEqual(session);
    const after = withKeys(newer);
    expect(await readAccessToken(after, before.accessToken)).toBeUndefined();
    expect(readRefreshToken(after.secrets, before.refreshToken)).toBeUndefined();
    const fresh = await issueTokens(during, session);
    expect(await readAccessToken(after, fresh.accessToken)).toEqual(ofAccess);
    expect(await readAccessToken(withKeys(older), fresh.accessToken)).toBeUndefined();
  });

  test('nobody is signed out by a rotation: the product goes on with the new key first', async () => {
    const client = product.client();
    const tokens = await signedIn(client);
    client.token = tokens.accessToken;
    const { secrets } = product.app;
    const rotated = new Secrets([newer, 't'.repeat(32)]);
    // Every process has been started anew with the new list
    for (const name of ['keys', 'tag', 'matches', 'seal', 'unseal'] as const)
      Object.assign(secrets, { [name]: rotated[name].bind(rotated) });
    expect((await client.query('{ me { id } }')).status).toBe(200);
    const { refreshSession } = await client.run(RefreshSessionDocument, {
      input: { refreshToken: tokens.refreshToken },
    });
    expect(refreshSession.__typename).toBe('SignedIn');
    expect((await product.client().trySignIn(PHONE, password)).__typename).toBe('SignedIn');
    expect(
      (await product.client().trySignIn(PHONE, password, { deviceToken: tokens.deviceToken })).tokens
        .deviceToken,
    ).toBeTruthy();
  });

  test('the public keys are there for whoever checks our tokens, and nothing private', async () => {
    const { keys } = (await (await fetch(`${product.url}/.well-known/jwks.json`)).json()) as {
      keys: object[];
    };
    for (const key of keys)
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const [header] = partsOf((await signedIn()).accessToken);
    expect(keys.map((key) => (key as { kid: string }).kid)).toContain(read(header)['kid']);
    expect(() => createPrivateKey({ key: keys[0] as never, format: 'jwk' })).toThrow();
  });
});

describe('refreshing', () => {
  const refresh = async (refreshToken: string, client: Client = product.client()) => {
    const { refreshSession } = await client.run(RefreshSessionDocument, { input: { refreshToken } });
    return refreshSession.__typename === 'SignedIn' ? refreshSession.tokens! : undefined;
  };

  test('twenty at once with one token get one successor, and the session lives', async () => {
    const { refreshToken } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(new Set(answers.map((tokens) => tokens?.refreshToken)).size).toBe(1);
    expect(await refresh(answers[0]!.refreshToken)).toBeTruthy();
  });

  test('who lost the answer asks again within ten seconds and goes on', async () => {
    const { refreshToken } = await signedIn();
    const lost = await refresh(refreshToken);
    product.clock.advance({ seconds: 9 });
    const again = await refresh(refreshToken);
    expect(again!.refreshToken).toBe(lost!.refreshToken);
    expect(await refresh(again!.refreshToken)).toBeTruthy();
  });

  test('a renewal that failed on our side has not used the token up', async () => {
    const first = await signedIn();
    const fails = vi.spyOn(product.app.db.password, 'findFirst').mockRejectedValueOnce(new Error('away'));
    const input = { refreshToken: first.refreshToken };
    const document =
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { __typename } }';
    const { errors } = await product.client().query(document, { input });
    fails.mockRestore();
    expect(errors).toHaveLength(1);
    product.clock.advance({ seconds: 11 });
    const { data } = await product.client().query(document, { input });
    expect(data.refreshSession.__typename).toBe('SignedIn');
  });

  test('after ten seconds a used token was stolen: the session ends for thief and owner', async () => {
    const owner = product.client();
    const { refreshToken } = await signedIn(owner);
    const next = await refresh(refreshToken);
    owner.token = next!.accessToken;
    product.clock.advance({ seconds: 11 });
    expect(await refresh(refreshToken)).toBeUndefined();
    expect((await owner.query('{ me { id } }')).status).toBe(401);
    expect(await refresh(next!.refreshToken)).toBeUndefined();
  });

  test('a token two generations old ends the session at once', async () => {
    const { refreshToken } = await signedIn();
    const second = await refresh(refreshToken);
    const third = await refresh(second!.refreshToken);
    expect(await refresh(refreshToken)).toBeUndefined();
    expect(await refresh(third!.refreshToken)).toBeUndefined();
  });

  test('makes no new device of a session’s: its tries stay used up', async () => {
    const client = product.client();
    const first = await signedIn(client);
    const tryOn = async ({ deviceToken }: { deviceToken: string }, given: string) =>
      (await client.trySignIn(PHONE, given, { deviceToken })).__typename;
    for (let i = 0; i < 5; i++) await tryOn(first, 'WRONGPAS');
    let { refreshToken } = first;
    for (let i = 0; i < 3; i++) {
      const next = await refresh(refreshToken);
      expect(next!.deviceToken).toBe(first.deviceToken);
      expect(await tryOn(next!, password)).toBe('SignInLocked');
      refreshToken = next!.refreshToken;
    }
  });

  test('a token is good on another device: it is the bearer’s', async () => {
    const { refreshToken } = await signedIn();
    const elsewhere = product.client('nl');
    elsewhere.address = '203.0.113.5';
    expect(await refresh(refreshToken, elsewhere)).toBeTruthy();
  });

  test('after signing out, after seven days, and forged, it is SessionExpired', async () => {
    const client = product.client();
    const out = await signedIn(client);
    client.token = out.accessToken;
    await client.run(SignOutDocument);
    expect(await refresh(out.refreshToken)).toBeUndefined();

    const late = await signedIn();
    const [line, session, generation, device, tag] = late.refreshToken.split('.');
    for (const forged of [
      '',
      'x',
      '....',
      `${line}.${session}.1.${device}.${tag}`,
      `${line}.${session}.-1.${device}.${tag}`,
      `${session}.${line}.${generation}.${device}.${tag}`,
      `${line}.${session}.${generation}.${session}.${tag}`,
      `${line}.${session}.${generation}.${tag}`,
      `${late.refreshToken}x`,
      `${late.refreshToken}.`,
      `${line}.${session}.${generation}.${device}.`,
      `${line}.${session}.${generation}.${device}.${'A'.repeat(10_000)}`,
      late.accessToken,
    ])
      expect(await refresh(forged)).toBeUndefined();
    expect(await refresh(late.refreshToken)).toBeTruthy();
    const old = await signedIn();
    product.clock.advance({ days: 7, seconds: 1 });
    expect(await refresh(old.refreshToken)).toBeUndefined();
  });
});
