import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  IdentityDocument,
  RefreshSessionDocument,
  ServiceOrderUpdatedDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { isFromOurPage } from '../../src/http/origin.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
const PARTNER_PAGE = 'https://shop.operator.example';
let product: Running;
let password: string;
beforeAll(async () => {
  product = await startProduct({ settings: { WEB_ORIGINS: PARTNER_PAGE } });
  ({ password } = await product.client().receivePassword(PHONE));
});
afterAll(() => product.stop());

/** A page of ours in a browser, signed in by cookie. */
async function browser(origin = product.url): Promise<Client> {
  const page = product.client('en');
  page.origin = origin;
  const answer = await page.trySignIn(PHONE, password, { transport: 'COOKIE' });
  expect(answer).toMatchObject({ __typename: 'SignedIn', tokens: null });
  return page;
}
const kindOf = async (client: Client) => (await client.run(IdentityDocument)).identity.kind;

test('a browser’s tokens travel in cookies that no script reads and no other site sends', async () => {
  const page = product.client();
  page.origin = product.url;
  const answer = await page.post({
    query: `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { tokens { accessToken } accessTokenExpiresAt } } }`,
    variables: { input: { phoneNumber: PHONE, password, transport: 'COOKIE' } },
  });
  expect(answer.data.signIn).toEqual({ tokens: null, accessTokenExpiresAt: expect.any(String) });
  expect(answer.cookies.map((cookie) => cookie.replace(/=[^;]*/, '')).toSorted()).toEqual([
    '__Host-access; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Strict',
    '__Host-device; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Strict',
    '__Host-refresh; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Strict',
  ]);
  expect(await kindOf(page)).toBe('SUBSCRIBER');
});

test('with BEARER no cookie is set', async () => {
  const client = product.client();
  const answer = await client.post({
    query: `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { tokens { accessToken } } } }`,
    variables: { input: { phoneNumber: PHONE, password } },
  });
  expect(answer.data.signIn.tokens.accessToken).toMatch(/^ey/);
  expect(answer.cookies).toEqual([]);
});

test('the refresh token goes round in its cookie; signing out takes both away and leaves the device known', async () => {
  const page = await browser();
  product.clock.advance({ minutes: 11 });
  expect((await page.query('{ identity { kind } }')).status).toBe(401);
  const before = page.cookies.get('__Host-refresh');
  const { refreshSession } = await page.run(RefreshSessionDocument, { input: {} });
  expect(refreshSession).toMatchObject({ __typename: 'SignedIn', tokens: null });
  expect(page.cookies.get('__Host-refresh')).not.toBe(before);
  expect(await kindOf(page)).toBe('SUBSCRIBER');

  const device = page.cookies.get('__Host-device');
  expect(await page.run(SignOutDocument)).toMatchObject({ signOut: { sessionsEnded: 1 } });
  expect([...page.cookies.keys()]).toEqual(['__Host-device']);
  expect(await kindOf(page)).toBe('GUEST');
  for (let i = 0; i < 5; i++) await product.client().trySignIn(PHONE, 'WRONGPAS');
  expect((await product.client().trySignIn(PHONE, password)).__typename).toBe('SignInLocked');
  expect((await page.trySignIn(PHONE, password, { transport: 'COOKIE' })).__typename).toBe('SignedIn');
  expect(page.cookies.get('__Host-device')).toBe(device);
  product.clock.advance({ minutes: 31 });
});

test('signing out finds the session by its refresh cookie, after the access token has run out', async () => {
  const page = await browser();
  product.clock.advance({ minutes: 11 });
  expect(await page.run(SignOutDocument)).toMatchObject({ signOut: { sessionsEnded: 1 } });
});

test('a session that is over takes its cookies away', async () => {
  const page = await browser();
  product.clock.advance({ days: 8 });
  const { refreshSession } = await page.run(RefreshSessionDocument, { input: {} });
  expect(refreshSession.__typename).toBe('SessionExpired');
  expect([...page.cookies.keys()]).toEqual(['__Host-device']);
});

describe('where a request comes from', () => {
  test('a page of another origin may not use the cookies, over HTTP or a socket', async () => {
    const page = await browser();
    for (const origin of [
      'https://evil.example',
      'null',
      `${product.url}.evil.example`,
      'http://127.0.0.1:1',
      'file://',
    ]) {
      page.origin = origin;
      expect((await page.query('{ identity { kind } }')).errors![0]!.extensions.code).toBe('FORBIDDEN');
      await expect(page.overWebSocket(ServiceOrderUpdatedDocument, {}).next()).rejects.toBeTruthy();
    }
    page.origin = product.url;
    expect(await kindOf(page)).toBe('SUBSCRIBER');
  });

  test('a page of the same host that came without TLS is another origin', () => {
    const from = (origin: string, host: string, PUBLIC_URL?: string) =>
      isFromOurPage({ headers: { origin, host } } as IncomingMessage, { PUBLIC_URL, WEB_ORIGINS: [] });
    const ours = 'https://my.operator.example';
    expect(from(ours, 'my.operator.example', ours)).toBe(true);
    expect(from('http://my.operator.example', 'my.operator.example', ours)).toBe(false);
    expect(from('http://127.0.0.1:4000', '127.0.0.1:4000', ours)).toBe(true);
    expect(from('http://127.0.0.1:4000', '127.0.0.1:4000')).toBe(true);
  });

  test('it cannot have cookies set, either', async () => {
    const page = product.client();
    page.origin = 'https://evil.example';
    const answer = await page.query(
      'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
      { input: { phoneNumber: PHONE, password, transport: 'COOKIE' } },
    );
    expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.cookies).toEqual([]);
  });

  test('a browser that does not name the origin is asked for the site', async () => {
    const page = await browser();
    const ask = async (site: string | undefined) =>
      (
        await fetch(`${product.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            cookie: [...page.cookies].map((pair) => pair.join('=')).join('; '),
            ...(site ? { 'sec-fetch-site': site } : {}),
          },
          body: '{"query":"{ identity { kind } }"}',
        })
      ).status;
    expect(await ask('same-origin')).toBe(200);
    expect(await ask(undefined)).toBe(200);
    expect(await ask('cross-site')).toBe(403);
    expect(await ask('same-site')).toBe(403);
  });

  test('pages of WEB_ORIGINS may, and read the answer by CORS', async () => {
    const page = await browser(PARTNER_PAGE);
    expect(await kindOf(page)).toBe('SUBSCRIBER');
    const preflight = (origin: string) =>
      fetch(`${product.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
    const allowed = await preflight(PARTNER_PAGE);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(PARTNER_PAGE);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(allowed.headers.get('vary')).toMatch(/origin/i);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { origin: PARTNER_PAGE, 'content-type': 'application/json' },
      body: '{"query":"{ identity { kind } }"}',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(PARTNER_PAGE);
  });

  test('streams go by cookie over a socket and over SSE', async () => {
    const page = await browser();
    product.app.devTools.network.steer({ hold: true });
    await page.query(
      'mutation { activateService(input: { serviceCode: "ANTISPAM", idempotencyKey: "k" }) { __typename } }',
    );
    for (const transport of ['overWebSocket', 'overSse'] as const) {
      for await (const event of page[transport](ServiceOrderUpdatedDocument, {})) {
        expect(event.serviceOrderUpdated.state).toMatch(/ACKNOWLEDGED|IN_PROGRESS/);
        break;
      }
    }
  });
});

test('an Authorization header goes before a cookie, and a bad one is not made good by it', async () => {
  const page = await browser();
  page.token = 'bad';
  expect((await page.query('{ identity { kind } }')).status).toBe(401);
});

test('over a socket no cookie can be set, and that is said', async () => {
  const socket = product.client().openSocket();
  const variables = { input: { phoneNumber: PHONE, password, transport: 'COOKIE' } };
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const results = [];
  for await (const result of socket.iterate({ query, variables })) results.push(result);
  expect(results[0]!.errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  await socket.dispose();
});

test('garbage in the cookie header is an answer, not an error of ours', async () => {
  for (const cookie of [
    '__Host-access=',
    '__Host-access=%%%',
    ';;;=;',
    '__Host-access="a"; __Host-access=b',
    `__Host-access=${'x'.repeat(5_000)}`,
  ]) {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: '{"query":"{ identity { kind } }"}',
    });
    expect([200, 401]).toContain(response.status);
  }
});
