import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LinesDocument } from '../../src/generated/operations.ts';
import { documentId } from '../support/client.ts';
import { freePort } from '../../src/adapters/postgres/free-port.ts';
import { Browser } from '../support/partner.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { openStaffProvider, type StaffProvider } from '../support/staff-provider.ts';

let provider: StaffProvider;
let product: Running;
beforeAll(async () => {
  // The provider has to be told where we are before we are there
  const port = await freePort();
  provider = await openStaffProvider(() => `http://127.0.0.1:${port}/graphiql/callback`);
  product = await startProduct({
    settings: {
      PORT: String(port),
      DEV_TOOLS: 'off',
      STAFF_ISSUER: provider.issuer,
      STAFF_CLIENT_ID: 'graphiql',
      DOCUMENTS: 'persisted',
    },
  });
});
afterAll(async () => {
  await product.stop();
  await provider.close();
});

/** Follows redirects to wherever they lead; the last answer. */
async function walk(browser: Browser, url: string, steps: string[] = []): Promise<Response> {
  const response = await browser.fetch(url);
  const location = response.headers.get('location');
  steps.push(new URL(url).origin + new URL(url).pathname.replace(/[\w-]{20,}/, '…'));
  return location ? walk(browser, new URL(location, url).href, steps) : response;
}

async function signIn(person: Partial<StaffProvider['person']> = {}): Promise<Browser> {
  provider.person = { sub: 'vera', name: 'Vera Support', roles: ['support'], ...person };
  const browser = new Browser(product);
  expect((await walk(browser, `${product.url}/graphiql`)).status).toBe(200);
  return browser;
}

const INTROSPECTION = '{ __schema { queryType { name } } }';
async function run(browser: Browser, query: string, headers: Record<string, string> = {}): Promise<any> {
  const response = await browser.fetch(`${product.url}/graphiql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: product.url, ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

describe('GraphiQL in production', () => {
  test('sends who is not signed in to the operator’s provider, and opens when they come back', async () => {
    const steps: string[] = [];
    const page = await walk(new Browser(product), `${product.url}/graphiql`, steps);
    expect(steps).toEqual([
      `${product.url}/graphiql`,
      `${provider.issuer}/auth`,
      `${provider.issuer}/interaction/…`,
      `${provider.issuer}/auth/…`,
      `${product.url}/graphiql/callback`,
      `${product.url}/graphiql`,
    ]);
    const html = await page.text();
    for (const operation of ['query Lines(', 'query Line(', 'mutation AssistServiceOrder('])
      expect(html).toContain(operation);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('speaks for the member of staff, with the roles that the provider names', async () => {
    const browser = await signIn();
    expect(await run(browser, '{ identity { kind name roles } }')).toEqual({
      data: { identity: { kind: 'STAFF', name: 'Vera Support', roles: ['support'] } },
    });
    expect(
      (await run(browser, '{ subscribers { totalCount } }')).data.subscribers.totalCount,
    ).toBeGreaterThan(5);
    const accountant = await signIn({ sub: 'anton', name: 'Anton', roles: ['accounting'] });
    expect((await run(accountant, '{ subscribers { totalCount } }')).errors[0].extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  test('every read of a line is written down under their name', async () => {
    const browser = await signIn();
    await run(browser, 'query Look { subscriber(phoneNumber: "+79160000001") { fullName } }');
    await product.app.staffReads.write();
    const read = await product.app.db.staffRead.findFirstOrThrow({ where: { operation: 'Look' } });
    expect([read.subject, read.name, read.lines.length]).toEqual(['vera', 'Vera Support', 1]);
  });

  test('its session is over after an hour, and says nothing in clear', async () => {
    const browser = await signIn();
    product.clock.advance({ minutes: 61 });
    expect((await run(browser, '{ identity { kind } }')).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await browser.fetch(`${product.url}/graphiql`)).status).toBe(303);
  });

  test('its cookie is good there alone, and for no other page', async () => {
    const browser = await signIn();
    const elsewhere = await browser.fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ documentId: documentId(LinesDocument as never) }),
    });
    expect(elsewhere.status).toBe(401);
    expect(
      (await run(browser, '{ identity { kind } }', { origin: 'https://evil.example' })).errors[0].extensions
        .code,
    ).toBe('FORBIDDEN');
  });

  test('an answer of the provider’s is taken only by the browser that asked, and once', async () => {
    const browser = new Browser(product);
    const asked = await browser.fetch(`${product.url}/graphiql`);
    let at = asked.headers.get('location')!;
    while (!at.startsWith(`${product.url}/graphiql/callback`))
      at = new URL((await browser.fetch(at)).headers.get('location')!, at).href;
    expect((await new Browser(product).fetch(at)).status).toBe(401);
    const forged = new URL(at);
    forged.searchParams.set('state', 'forged');
    const other = new Browser(product);
    await other.fetch(`${product.url}/graphiql`);
    expect((await other.fetch(forged)).status).toBe(401);
    expect((await browser.fetch(at)).status).toBe(303);
    expect((await browser.fetch(at)).status).toBe(401);
  });
});

describe('while the provider gives no answer', () => {
  const unavailable = async (response: Response) => [
    response.status,
    (await response.json()).errors[0].extensions,
  ];

  test.each(['/token', '/me'])('coming back from it is for later: %s', async (path) => {
    provider.gone = [path];
    const asked = await walk(new Browser(product), `${product.url}/graphiql`);
    expect(await unavailable(asked)).toEqual([503, { code: 'UNAVAILABLE' }]);
    provider.gone = [];
    expect((await walk(new Browser(product), `${product.url}/graphiql`)).status).toBe(200);
  });

  test('nobody is sent to it', async () => {
    const STAFF_ISSUER = `http://127.0.0.1:${await freePort()}`;
    const alone = await startProduct({
      settings: { DEV_TOOLS: 'off', STAFF_ISSUER, STAFF_CLIENT_ID: 'graphiql' },
    });
    try {
      expect(await unavailable(await fetch(`${alone.url}/graphiql`))).toEqual([503, { code: 'UNAVAILABLE' }]);
    } finally {
      await alone.stop();
    }
  });
});

describe('the schema is told', () => {
  test('to staff', async () => {
    expect(await run(await signIn(), INTROSPECTION)).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
  });

  test('to nobody else in production', async () => {
    const open = await startProduct({ settings: { DEV_TOOLS: 'off' } });
    try {
      const guest = open.client('en');
      const owner = Object.assign(open.client('en'), { token: await openSession(open.app, '+79160000001') });
      for (const client of [guest, owner]) {
        expect((await client.query(INTROSPECTION)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
        expect((await client.query('{ identity { __typename kind } }')).errors).toBeUndefined();
        const { errors } = await client.query('{ identit { kind } }');
        expect(errors?.[0]?.message).not.toMatch(/did you mean/i);
      }
      expect((await fetch(`${open.url}/graphiql`)).status).toBe(404);
    } finally {
      await open.stop();
    }
  });
});

test('GraphiQL keeps no variables, answers or history in the browser, in development neither', async () => {
  const developers = await startProduct();
  try {
    const html = await (await fetch(`${developers.url}/graphiql`)).text();
    const [, script = ''] = /<script>([^]*?)<\/script>/.exec(html) ?? [];
    const kept = new Map<string, string>();
    class Storage {
      setItem(key: string, value: string): void {
        kept.set(key, value);
      }
      getItem(key: string): string | null {
        return kept.get(key) ?? null;
      }
    }
    runInNewContext(script, { Storage });
    const storage = new Storage();
    const passport = '{"passport":{"series":"4510","number":"000001"}}';
    storage.setItem('graphiql:variables', passport);
    storage.setItem('graphiql:queries', passport);
    storage.setItem(
      'graphiql:tabState',
      JSON.stringify({ tabs: [{ query: '{ me }', variables: passport, response: passport }] }),
    );
    storage.setItem('graphiql:theme', 'dark');
    expect(JSON.stringify([...kept])).not.toContain('4510');
    expect(kept.get('graphiql:theme')).toBe('dark');
    expect(JSON.parse(kept.get('graphiql:tabState')!).tabs[0].query).toBe('{ me }');
  } finally {
    await developers.stop();
  }
});
