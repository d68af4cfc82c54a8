import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as oauth from 'openid-client';
import { createTestDatabase } from '../support/database.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { authorizationRequest, Browser, registerPartner, type TestPartner } from '../support/partner.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let proxy: FaultyProxy;
let product: Running;
let partner: TestPartner;
let refreshToken: string;
beforeAll(async () => {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  proxy = await FaultyProxy.to(Number(port), hostname);
  const through = new URL(database.url);
  through.host = `127.0.0.1:${proxy.port}`;
  product = await startProduct({
    database: { url: through.href, drop: () => database.drop() },
    works: false,
    settings: { OPERATION_SECONDS: '1', LOG_LEVEL: 'silent' },
  });
  partner = await registerPartner(product, 'weather');
  refreshToken = (await partner.letIn(await Browser.of(product, PHONE))).refresh_token!;
});
afterEach(() => void (proxy.way = 'pass'));
afterAll(async () => {
  await product.stop();
  await proxy.stop();
});

/** Ways of the database that have nobody served: it cannot be had, or it takes longer than an operation may. */
const OUTAGES: [name: string, during: (work: () => Promise<void>) => Promise<void>][] = [
  [
    'cannot be had',
    async (work) => {
      proxy.way = 'refuse';
      await work();
    },
  ],
  [
    'takes too long',
    (work) =>
      product.app.db.$transaction(
        async (tx) => {
          await tx.$executeRaw`LOCK TABLE partners, oauth_states`;
          await work();
        },
        { timeout: 30_000 },
      ),
  ],
];

test.each(OUTAGES)(
  'where the database %s, both addresses of the authorization server say temporarily_unavailable with 503',
  async (_name, during) => {
    const { url } = await authorizationRequest(partner.config, ['line:read']);
    await during(async () => {
      const asked = await fetch(url, { redirect: 'manual' });
      expect([asked.status, await asked.text()]).toEqual([
        503,
        expect.stringContaining('temporarily_unavailable'),
      ]);
      // A client tells only an answer of 400 to 499 by the words in it
      const { cause } = await oauth.refreshTokenGrant(partner.config, refreshToken).then(
        () => expect.unreachable(),
        (error: Error & { cause: Response }) => error,
      );
      expect([cause.status, await cause.json()]).toEqual([
        503,
        expect.objectContaining({ error: 'temporarily_unavailable' }),
      ]);
    });
    proxy.way = 'pass';
    await expect
      .poll(() => oauth.refreshTokenGrant(partner.config, refreshToken).catch(() => undefined))
      .toMatchObject({ token_type: 'bearer' });
  },
);

test('a question that cannot be read just now has not expired: the page of consent is told to try again', async () => {
  const browser = await Browser.of(product, PHONE);
  const { url } = await authorizationRequest(partner.config, ['line:read']);
  const consent = await browser.reachConsent(url);
  const read = () => browser.fetch(consent, { headers: { accept: 'application/json' } });
  proxy.way = 'refuse';
  for (const answer of [await read(), await browser.answer(consent, 'allow')])
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    ]);
  proxy.way = 'pass';
  await expect.poll(async () => (await read()).status).toBe(200);
});
