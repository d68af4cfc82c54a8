import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AccountDocument,
  IdentityDocument,
  PartnerActivateServiceDocument,
  PartnerIdentityDocument,
  PartnerLineDocument,
  PartnerServicesDocument,
  PartnerSpendingDocument,
} from '../../src/generated/operations.ts';
import { NotForPartners, scopesOfDocument } from '../../src/partners/document-scopes.ts';
import { readPartnerDocuments } from '../../src/partners/documents.ts';
import { setOperations } from '../../src/partners/partners.ts';
import { schema } from '../../src/graphql/schema.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { type Client, documentId } from '../support/client.ts';
import { Browser, registerPartner } from '../support/partner.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000001';
let product: Running;
let client: Client;
let quotaed: Client;
beforeAll(async () => {
  product = await startProduct();
  const operations = ['PartnerIdentity', 'PartnerLine', 'PartnerActivateService', 'PartnerSpending'];
  const partner = await registerPartner(product, 'weather', { operations });
  await registerPartner(product, 'other', { operations: ['PartnerServices'] });
  client = await letIn(partner);
  const few = await registerPartner(product, 'few');
  quotaed = await letIn(few);
});
afterAll(() => product.stop());

async function letIn(partner: Awaited<ReturnType<typeof registerPartner>>): Promise<Client> {
  const scopes = ['line:read', 'services:read', 'services:write'] as const;
  const tokens = await partner.letIn(await Browser.of(product, PHONE), scopes);
  return Object.assign(product.client('en'), { token: tokens.access_token });
}

type Payload = Record<string, unknown>;
type Answer = {
  data?: unknown;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
};

/** One operation over each transport, as its clients send it. */
const TRANSPORTS: [name: string, send: (as: Client, payload: Payload) => Promise<Answer>][] = [
  ['HTTP', (as, payload) => as.post(payload)],
  [
    'SSE',
    async (as, payload) => {
      const response = await fetch(`${as.url}/graphql`, {
        method: 'POST',
        headers: { ...as.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify(payload),
      });
      const text = await response.text();
      return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text) as Answer;
    },
  ],
  [
    'WebSocket',
    async (as, payload) => {
      const socket = as.openSocket();
      try {
        for await (const result of socket.iterate({ query: '', ...payload })) return result;
        throw new Error('nothing came');
      } catch (error) {
        if (!Array.isArray(error)) throw error;
        return { errors: error as Answer['errors'] & object };
      } finally {
        await socket.dispose();
      }
    },
  ],
];
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.['code'];
const byHash = (sha256Hash: string): Payload => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const hashOf = (document: Parameters<typeof documentId>[0]) => documentId(document).slice('sha256:'.length);
const usesOf = () => product.app.db.partnerUse.count();

const TEXT = '{ me { menu { key } } }';
const ATTACKS: [name: string, payload: () => Payload, code: string][] = [
  ['an unknown hash', () => ({ documentId: `sha256:${'0'.repeat(64)}` }), 'PERSISTED_DOCUMENT_NOT_FOUND'],
  ['an unknown hash as persistedQuery', () => byHash('0'.repeat(64)), 'PERSISTED_DOCUMENT_NOT_FOUND'],
  [
    'a registered hash with another text',
    () => ({ query: TEXT, ...byHash(hashOf(PartnerLineDocument as never)) }),
    'BAD_USER_INPUT',
  ],
  [
    'another partner’s document',
    () => ({ documentId: documentId(PartnerServicesDocument as never) }),
    'PERSISTED_DOCUMENT_NOT_FOUND',
  ],
  [
    'a document of our own frontends',
    () => ({ documentId: documentId(AccountDocument as never) }),
    'PERSISTED_DOCUMENT_NOT_FOUND',
  ],
  ['`__proto__`', () => ({ documentId: '__proto__' }), 'PERSISTED_DOCUMENT_NOT_FOUND'],
  ['`__proto__` as persistedQuery', () => byHash('__proto__'), 'PERSISTED_DOCUMENT_NOT_FOUND'],
  [
    'a hash in upper case',
    () => byHash(hashOf(PartnerLineDocument as never).toUpperCase()),
    'PERSISTED_DOCUMENT_NOT_FOUND',
  ],
  [
    'a document that is registered but beyond the token’s scopes',
    () => ({ documentId: documentId(PartnerSpendingDocument as never) }),
    'FORBIDDEN',
  ],
  [
    'the registration of a text under its own hash',
    () => ({ query: TEXT, ...byHash(createHash('sha256').update(TEXT).digest('hex')) }),
    'PERSISTED_DOCUMENT_REQUIRED',
  ],
  ['a text', () => ({ query: TEXT }), 'PERSISTED_DOCUMENT_REQUIRED'],
  ['a text that cannot even be read', () => ({ query: '{ nonsense' }), 'PERSISTED_DOCUMENT_REQUIRED'],
  [
    'two documents at once',
    () => ({
      documentId: documentId(PartnerLineDocument as never),
      ...byHash(hashOf(PartnerSpendingDocument as never)),
    }),
    'BAD_USER_INPUT',
  ],
];

describe.each(TRANSPORTS)('over %s', (_transport, send) => {
  test('a partner runs its documents by `documentId` and by `persistedQuery`', async () => {
    for (const payload of [
      { documentId: documentId(PartnerLineDocument as never) },
      byHash(hashOf(PartnerLineDocument as never)),
    ])
      expect(await send(client, payload)).toMatchObject({ data: { me: { phoneNumber: PHONE } } });
  });

  test.each(ATTACKS)('refused to a partner, before anything runs: %s', async (_name, payload, code) => {
    const before = await usesOf();
    product.statements();
    const answer = await send(client, payload());
    expect([codeOf(answer), answer.data ?? null]).toEqual([code, null]);
    expect(product.statements().filter((sql) => /"subscribers"/.test(sql))).toEqual([]);
    expect(await usesOf()).toBe(before);
  });

  test('refused: a document that was revoked', async () => {
    const documents = await readPartnerDocuments();
    const payload = { documentId: documentId(PartnerIdentityDocument as never) };
    expect(codeOf(await send(client, payload))).toBeUndefined();
    const operations = ['PartnerLine', 'PartnerActivateService', 'PartnerSpending'];
    await setOperations(product.app, documents, 'weather', operations);
    expect(codeOf(await send(client, payload))).toBe('PERSISTED_DOCUMENT_NOT_FOUND');
    await setOperations(product.app, documents, 'weather', ['PartnerIdentity', ...operations]);
  });

  test('a partner’s documents are there for partners alone', async () => {
    const owner = Object.assign(product.client('en'), { token: await openSession(product.app, PHONE) });
    const payload = { documentId: documentId(PartnerLineDocument as never) };
    for (const as of [owner, product.client('en')])
      expect(codeOf(await send(as, payload))).toBe('PERSISTED_DOCUMENT_NOT_FOUND');
  });
});

test('refused: a mutation by GET', async () => {
  const id = encodeURIComponent(documentId(PartnerActivateServiceDocument as never));
  const variables = encodeURIComponent(
    JSON.stringify({ input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'g' } }),
  );
  const url = `${product.url}/graphql?documentId=${id}&variables=${variables}`;
  const response = await fetch(url, { headers: client.headers });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

describe('scopes are computed when a document is registered', () => {
  const scopesOf = (text: string) => scopesOfDocument(schema, parse(text));

  test('from every field, in fragments too', () => {
    expect(scopesOf('{ me { id } }')).toEqual([]);
    expect(
      scopesOf('{ me { ...L } } fragment L on Subscriber { fullName spending { total { amount } } }'),
    ).toEqual(['line:read', 'spending:read']);
    expect(scopesOf('mutation ($i: ChangeTariffInput!) { changeTariff(input: $i) { __typename } }')).toEqual([
      'tariff:write',
    ]);
  });

  test('what an order costs is told with the order, what is on the account by `line:read` alone', () => {
    const ordering = (fields: string) =>
      `mutation ($i: ActivateServiceInput!) { activateService(input: $i) {
        ... on InsufficientFunds { ${fields} { amount } } } }`;
    expect(scopesOf(ordering('required'))).toEqual(['services:write']);
    expect(scopesOf(ordering('available'))).toEqual(['line:read', 'services:write']);
  });

  test('a field without one cannot be registered, and is named', () => {
    const text = '{ me { sessions { id } m: menu { key } } node(id: 1) { id } __schema { types { name } } }';
    expect(() => scopesOf(text)).toThrow(NotForPartners);
    expect(() => scopesOf(text)).toThrow(/Subscriber\.sessions.*Subscriber\.menu.*Query\.node.*__schema/);
  });

  test('the manifest has them', async () => {
    const { byId } = await readPartnerDocuments();
    expect(byId.get(documentId(PartnerActivateServiceDocument as never))).toMatchObject({
      name: 'PartnerActivateService',
      scopes: ['services:read', 'services:write'],
    });
    for (const [id, { text, scopes }] of byId) {
      expect(id).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
      expect(scopes).toEqual(scopesOf(text));
    }
  });
});

describe('a quota', () => {
  test('is told with every answer, exact in numbers, and refuses beyond', async () => {
    const limited = await startProduct({ settings: { PARTNER_OPERATIONS_PER_MINUTE: '25' } });
    try {
      const partner = await registerPartner(limited, 'weather');
      const tokens = await partner.letIn(await Browser.of(limited, PHONE));
      const run = () =>
        fetch(`${limited.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.access_token}` },
          body: JSON.stringify({ documentId: documentId(PartnerIdentityDocument as never) }),
        });
      const first = await run();
      expect(first.headers.get('ratelimit-policy')).toBe('"operations";q=25;w=60');
      expect(first.headers.get('ratelimit')).toMatch(/^"operations";r=24;t=\d+$/);
      const answers = await Promise.all(Array.from({ length: 40 }, run));
      expect(answers.filter(({ status }) => status === 200).length).toBe(24);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBe(16);
      expect(refused[0]!.headers.get('ratelimit')).toMatch(/^"operations";r=0;t=\d+$/);
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(codeOf((await refused[0]!.json()) as Answer)).toBe('RATE_LIMITED');
      expect(await limited.app.db.partnerUse.count()).toBe(25);
      limited.clock.advance({ seconds: 61 });
      expect((await run()).headers.get('ratelimit')).toMatch(/r=24/);
    } finally {
      await limited.stop();
    }
  });

  test('of one partner is not another’s', async () => {
    expect((await quotaed.run(PartnerIdentityDocument)).identity.kind).toBe('PARTNER');
  });
});

describe('with DOCUMENTS=persisted', () => {
  let closed: Running;
  beforeAll(async () => {
    closed = await startProduct({ settings: { DOCUMENTS: 'persisted' } });
  });
  afterAll(() => closed.stop());

  describe.each(TRANSPORTS)('over %s', (_transport, send) => {
    test('subscribers and guests run registered documents and nothing else', async () => {
      const guest = closed.client('en');
      const owner = Object.assign(closed.client('en'), { token: await openSession(closed.app, PHONE) });
      for (const [as, kind] of [
        [guest, 'GUEST'],
        [owner, 'SUBSCRIBER'],
      ] as const) {
        expect(codeOf(await send(as, { query: '{ identity { kind } }' }))).toBe(
          'PERSISTED_DOCUMENT_REQUIRED',
        );
        expect(await send(as, { documentId: documentId(IdentityDocument as never) })).toMatchObject({
          data: { identity: { kind } },
        });
      }
    });

    test('staff may send a text of their own', async () => {
      const staff = Object.assign(closed.client('en'), {
        token: await devStaffToken(closed.app, ['support']),
      });
      expect(await send(staff, { query: '{ identity { kind } }' })).toMatchObject({
        data: { identity: { kind: 'STAFF' } },
      });
    });
  });
});
