import { readFile } from 'node:fs/promises';
import { getIntrospectionQuery, type GraphQLFieldResolver, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseWithin, tooMuchIn } from '../../src/graphql/document-limits.ts';
import { hasCode } from '../../src/graphql/errors.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { Client } from '../support/client.ts';
import { globalId } from '../support/global-id.ts';
import { HOSTILE_DOCUMENTS, HOSTILE_VARIABLES, payloadOf } from '../support/hostile.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';

/** Nothing looks by itself meanwhile: every statement is a request's. */
const HOUR_MS = 3_600_000;

/** What a refusal may take of the processor, the client's part and the transport's included. */
const CPU_MS = 50;
/** The best of so many: what disturbs one run is not the document's doing. */
const RUNS = 8;
const REFUSED = /^(BAD_USER_INPUT|QUERY_TOO_COMPLEX)$/;

let product: Running;
let client: Client;
let socket: RawSocket;
let resolved = 0;
beforeAll(async () => {
  product = await startProduct({ lookAgainMs: HOUR_MS, works: false });
  client = product.client('en');
  client.token = await openSession(product.app, '+79160000001');
  socket = await RawSocket.open(product.url, client.token);
  countResolvers();
});
afterAll(() => product.stop());

/** Counts each resolver that runs; the check of what a document costs sits around those of root fields, and throws. */
function countResolvers(): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve as GraphQLFieldResolver<unknown, unknown> | undefined;
      if (!resolve) continue;
      field.resolve = (...args) => {
        try {
          const result: unknown = resolve(...args);
          resolved++;
          return result;
        } catch (error) {
          if (!hasCode(error, 'QUERY_TOO_COMPLEX')) resolved++;
          throw error;
        }
      };
    }
  }
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Refused each time, at little cost, with nothing run. */
async function expectRefused(ask: () => Promise<string>): Promise<void> {
  let best = Infinity;
  for (let run = 0; run < RUNS && (run < 3 || best > CPU_MS); run++) {
    product.statements();
    resolved = 0;
    let code = '';
    const spent = await cpuOf(async () => (code = await ask()));
    expect(code).toMatch(REFUSED);
    expect(resolved).toBe(0);
    // Whom a request speaks for may have been asked; nothing else was.
    for (const sql of product.statements()) expect(sql).toMatch(/FROM "public"."sessions"/);
    best = Math.min(best, spent);
  }
  expect(best).toBeLessThan(CPU_MS);
}

const overHttp = (body: string) => async () => {
  const { status, errors } = await client.post(body);
  expect(status).toBe(400);
  return errors![0]!.extensions.code;
};

/** What is too long or cannot be read ends the socket; the next try opens another. */
const overSocket = (payload: string) => async () => {
  if (socket.ws.readyState !== socket.ws.OPEN) socket = await RawSocket.open(product.url, client.token);
  socket.say(`{"id":"1","type":"subscribe","payload":${payload}}`);
  const answer = await socket.answer('1').catch(() => undefined);
  if (answer) return String(answer.errors?.[0]!.extensions.code);
  expect([1009, 4400]).toContain((await socket.closed).code);
  return 'BAD_USER_INPUT';
};

const ALL = Object.entries({ ...HOSTILE_DOCUMENTS, ...HOSTILE_VARIABLES });

describe('is refused within 50 ms of CPU, and nothing runs', () => {
  test.each(ALL)('over HTTP: %s', (_name, hostile) => expectRefused(overHttp(payloadOf(hostile))));
  test.each(ALL)('over WebSocket: %s', (_name, hostile) => expectRefused(overSocket(payloadOf(hostile))));

  const long = 'x'.repeat(1 << 20);
  test.each([
    ['a text of 1 MB in the document', `{"query":"{ services(search: \\"${long}\\") { totalCount } }"}`],
    ['a text of 1 MB in the variables', `{"query":"{ me { id } }","variables":{"s":"${long}"}}`],
    ['60 KB of nesting', `{"query":"{ services(search: ${'['.repeat(60_000)}"}`],
    ['30,000 levels of variables', `{"variables":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('over HTTP: %s', (_name, body) => expectRefused(overHttp(body)));
});

describe('the one field about who one is cannot be had twice', () => {
  const field = 'signIn(input: { phoneNumber: "+79160000001", password: "x" }) { __typename }';
  test.each([
    ['under aliases', `mutation { a: ${field} b: ${field} }`],
    ['under its own name', `mutation { ${field} ${field} }`],
    ['by a fragment spread twice', `mutation { ...F ...F } fragment F on Mutation { ${field} }`],
    [
      'by fragments in fragments',
      `mutation { ...F } fragment F on Mutation { ...G a: ${field} } fragment G on Mutation { b: ${field} }`,
    ],
    [
      'in inline fragments',
      `mutation { ... { ... on Mutation { a: ${field} } } ... @include(if: true) { b: ${field} } }`,
    ],
    ['beside one that is skipped', `mutation { a: ${field} b: signOut @skip(if: true) { sessionsEnded } }`],
    [
      'beside another about who one is',
      `mutation { a: ${field} b: requestSmsPassword(input: { phoneNumber: "", captchaId: "", captchaAnswer: "" }) { __typename } }`,
    ],
    ['beside one that is not', `mutation { a: ${field} createCaptcha { id } }`],
    ['in an operation of the same name', `mutation A { a: ${field} } mutation A { b: ${field} }`],
    [
      'by fragments of the same name',
      `mutation { ...F } fragment F on Mutation { a: ${field} } fragment F on Mutation { b: ${field} }`,
    ],
  ])('%s', async (_how, query) => {
    for (const ask of [overHttp, overSocket])
      for (const operation of [{ query }, { query, operationName: 'A' }])
        await expectRefused(ask(payloadOf(operation)));
  });

  test('nor does an operation that is not executed lend its standing to one that is', async () => {
    const stale = product.client();
    stale.token = 'old';
    const query = `mutation A { ${field} } mutation B { createCaptcha { id } }`;
    expect((await stale.post({ query, operationName: 'B' })).status).toBe(401);
    expect((await stale.post({ query, operationName: 'A' })).status).toBe(200);
  });
});

test('what people write in earnest passes: the registered documents, and a tool’s question about the schema', async () => {
  const manifest = await readFile(new URL('../../schema/persisted.json', import.meta.url), 'utf8');
  for (const text of Object.values<string>(JSON.parse(manifest)))
    expect(tooMuchIn(parseWithin(product.app.config, text), product.app.config)).toBeUndefined();
  expect((await client.query(getIntrospectionQuery())).errors).toBeUndefined();
  expect(
    (await client.query(getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true }))).errors,
  ).toBeUndefined();
  const ids = Array.from({ length: 100 }, () => globalId('Service', 'WEATHER'));
  const { data } = await client.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(data.nodes).toHaveLength(100);
});

test('an answer is the same the second time, when the document is known', async () => {
  for (let time = 0; time < 2; time++) {
    expect(await client.query(`{ ${'__typename '.repeat(21)} }`)).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }],
    });
    expect(await client.query('{ nothing }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  }
});

test('nothing of all this left an error in the log', () => {
  expect(product.log()).not.toMatch(/"level":(50|60)/);
});
