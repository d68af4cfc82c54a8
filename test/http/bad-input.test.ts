import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RequestSmsPasswordDocument } from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
let client: Client;
beforeAll(async () => {
  product = await startProduct({ works: false });
  client = product.client('en');
});
afterAll(() => product.stop());

/** An answer that says what is wrong by its code, and nothing of how we are made. */
function expectCoded(
  answer: { status: number; errors?: { message: string; extensions: { code: string } }[] },
  status: number,
  code: string,
) {
  expect(answer).toMatchObject({ status, errors: [{ extensions: { code } }] });
  expect(JSON.stringify(answer)).not.toMatch(/node_modules|\.ts:|at .*\(|stack|SELECT|prisma/i);
}

describe('a request that is no request', () => {
  test.each([
    ['no JSON', '{"query": '],
    ['no object', '"query"'],
    ['an array', '[{"query": "{ __typename }"}]'],
    ['nothing to do', '{}'],
    ['a query that is no text', '{"query": 7}'],
    ['variables that are no object', '{"query": "{ __typename }", "variables": "x"}'],
    ['a syntax error', '{"query": "{ me "}'],
    ['an unknown field', '{"query": "{ nothing }"}'],
    [
      'an unknown operation',
      '{"query": "query A { __typename } query B { __typename }", "operationName": "C"}',
    ],
    ['a missing variable', '{"query": "query A($id: ID!) { node(id: $id) { id } }"}'],
    ['a page too large', '{"query": "{ services(first: 101) { totalCount } }"}'],
    ['a page of less than nothing', '{"query": "{ services(first: -1) { totalCount } }"}'],
    [
      'U+0000',
      '{"query": "query ($s: String) { services(search: $s) { totalCount } }", "variables": {"s": "a\\u0000"}}',
    ],
    [
      'two fields about who one is',
      '{"query": "mutation { a: signOut { sessionsEnded } b: signOut { sessionsEnded } }"}',
    ],
    [
      'two captchas, which would be many for one request',
      '{"query": "mutation { a: createCaptcha { id } b: createCaptcha { id } }"}',
    ],
    [
      'such a field behind a fragment beside another',
      '{"query": "mutation { ...F createCaptcha { id } } fragment F on Mutation { signOut { sessionsEnded } }"}',
    ],
    ['a cursor of another list', '{"query": "{ services(after: \\"x\\") { totalCount } }"}'],
    ['a page of the first and of the last', '{"query": "{ services(first: 1, last: 2) { totalCount } }"}'],
  ])('%s is BAD_USER_INPUT', async (_what, body) => {
    expectCoded(await client.post(body), 400, 'BAD_USER_INPUT');
  });

  test('a body that is too large is refused', async () => {
    expectCoded(await client.query(`{ __typename #${'x'.repeat(70_000)}\n}`), 400, 'BAD_USER_INPUT');
  });

  test('a document that nobody registered is PERSISTED_DOCUMENT_NOT_FOUND', async () => {
    expectCoded(await client.post({ documentId: 'sha256:00' }), 400, 'PERSISTED_DOCUMENT_NOT_FOUND');
    expectCoded(
      await client.post({ extensions: { persistedQuery: { version: 1, sha256Hash: '00' } } }),
      400,
      'PERSISTED_DOCUMENT_NOT_FOUND',
    );
  });

  test.each(['{a'.repeat(15_000), '['.repeat(30_000), '('.repeat(30_000)])(
    'nesting that no person wrote is QUERY_TOO_COMPLEX',
    async (query) => {
      expectCoded(await client.query(query), 400, 'QUERY_TOO_COMPLEX');
    },
  );

  test('an answer in a form that we do not have is refused with a reason', async () => {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/html' },
      body: '{"query":"{ __typename }"}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      406,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
  });

  test.each(['//', '/%E0%A4%A', '/dev/captcha/%E0%A4%A', '/dev/captcha/x'])(
    'GET %s is NOT_FOUND',
    async (path) => {
      expect((await fetch(product.url + path)).status).toBe(404);
    },
  );

  test('a HEAD is answered like a GET', async () => {
    expect((await fetch(`${product.url}/health/live`, { method: 'HEAD' })).status).toBe(200);
  });

  test('a form, which a page elsewhere could send, is refused', async () => {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"mutation { signOut { sessionsEnded } }"}',
    });
    expect(response.status).toBe(400);
  });

  test('GET is refused, and an unknown address is NOT_FOUND', async () => {
    const get = await fetch(`${product.url}/graphql?query=%7B__typename%7D`);
    expect(get.status).toBe(405);
    const unknown = await fetch(`${product.url}/nothing`);
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });

  test('too much at once is QUERY_TOO_COMPLEX', async () => {
    const deep =
      '{ services(first: 100) { edges { node { requires { requires { requires { requires { requires { name } } } } } } } } }';
    expectCoded(await client.query(deep), 400, 'QUERY_TOO_COMPLEX');
    // Each is a sum of its own over many days
    const again = (times: number, selection: string) =>
      `{ me { ${Array.from({ length: times }, (_, i) => `a${i}: ${selection}`).join(' ')} } }`;
    expectCoded(await client.query(again(50, 'spending { total { amount } }')), 400, 'QUERY_TOO_COMPLEX');
    expectCoded(await client.query(again(50, 'tariffAdvice { monthsReplayed }')), 400, 'QUERY_TOO_COMPLEX');
    // Fewer of them, with each of those days
    expect((await client.query(again(30, 'spending { from }'))).errors).toBeUndefined();
    expectCoded(await client.query(again(30, 'spending { days { day kind } }')), 400, 'QUERY_TOO_COMPLEX');
  });
});

describe('variables', () => {
  test('a secret in a variable of the wrong type comes back in no message', async () => {
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
    for (const input of [
      { phoneNumber: '+79160000001', password: ['hunter2'] },
      { phoneNumber: 'x', password: { hunter2: 1 } },
      'hunter2',
    ]) {
      const answer = await client.query(query, { input });
      expectCoded(answer, 400, 'BAD_USER_INPUT');
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
  });

  const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const SEARCH = 'query ($of: SubscriberServiceFilter) { me { services(filter: $of) { totalCount } } }';
  test.each([
    [
      SIGN_IN,
      { input: { phoneNumber: 'x', password: 'y', pasword: 'hunter2' } },
      'Variable "$input" does not fit its type: Expected value of type "SignInInput" not to include unknown field "pasword"',
    ],
    [
      SIGN_IN,
      { input: { phoneNumber: 'hunter2' } },
      'Variable "$input" does not fit its type: Expected value of type "SignInInput" to include required field "password"',
    ],
    [
      SIGN_IN,
      { input: { phoneNumber: 'x', password: 7 } },
      'Variable "$input" does not fit its type at "input.password": String cannot represent a non string value',
    ],
    [
      SIGN_IN,
      {},
      'Variable "$input" does not fit its type: Expected a value of non-null type "SignInInput!" to be provided.',
    ],
    [
      SEARCH,
      { of: { status: ['ACTIVE', 'hunter2'] } },
      'Variable "$of" does not fit its type at "of.status[1]"',
    ],
  ])(
    'what is wrong is said with its place, and without the value: %s %j',
    async (query, variables, message) => {
      const answer = await client.query(query, variables);
      expectCoded(answer, 400, 'BAD_USER_INPUT');
      expect(answer.errors!.map((error) => error.message)).toContain(message);
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|Did you mean/);
    },
  );
});

test.each([
  'password: 12345678',
  'password: hunter2',
  'password: ["hunter2"]',
  'password: {a: "hunter2"}',
  'password: "a" "hunter2"',
  'password hunter2',
  'password: "a", transport: hunter2',
  'password: "a", transport: "hunter2"',
  'password: "hunter2", strange: 1',
])('nor does what is wrong with a value in the document, or after it, say the value: %s', async (text) => {
  const answer = await client.query(`mutation { signIn(input: {phoneNumber: "x", ${text}}) { __typename } }`);
  expectCoded(answer, 400, 'BAD_USER_INPUT');
  expect(JSON.stringify(answer)).not.toMatch(/hunter2|12345678/);
});

describe('on the way in', () => {
  const request = async (input: { phoneNumber?: string; captchaId?: string; captchaAnswer?: string }) => {
    const captcha = await client.solveCaptcha();
    const { requestSmsPassword } = await client.run(RequestSmsPasswordDocument, {
      input: { phoneNumber: '+79160000001', ...captcha, ...input },
    });
    return requestSmsPassword;
  };

  test.each(['', '12', 'abc', '+7916000000', '+7 916 000 00 011', 'x'.repeat(10_000)])(
    '%.12j is no phone number',
    async (phoneNumber) => {
      expect(await request({ phoneNumber })).toMatchObject({
        __typename: 'InvalidPhoneNumber',
        code: 'INVALID_PHONE_NUMBER',
      });
    },
  );

  test('a captcha is refused when answered wrongly, made up, or expired', async () => {
    const rejected = { __typename: 'CaptchaRejected', code: 'CAPTCHA_REJECTED' };
    expect(await request({ captchaAnswer: 'wrong' })).toMatchObject(rejected);
    expect(await request({ captchaId: 'made up' })).toMatchObject(rejected);
    const captcha = await client.solveCaptcha();
    product.clock.advance({ minutes: 2, seconds: 1 });
    expect(await request(captcha)).toMatchObject(rejected);
    expect(await product.app.db.smsPasswordRequest.count()).toBe(0);
  });
});

describe('credentials', () => {
  test.each(['Bearer nonsense', 'Bearer ', 'Basic eDp5', 'nonsense', `Bearer ${'x.'.repeat(3_000)}`])(
    '%.20s is UNAUTHENTICATED, not a guest',
    async (authorization) => {
      const response = await fetch(`${product.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: '{"query":"{ identity { kind } }"}',
      });
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ]);
    },
  );

  test('a socket that presents a bad one is closed with 4401', async () => {
    const socket = new WebSocket(`${product.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer nonsense"}}');
    const [code] = await once(socket, 'close');
    expect(code).toBe(4401);
  });

  test('errors over a socket have a code, and no status of HTTP', async () => {
    const socket = new WebSocket(`${product.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const answerTo = async (query: string) => {
      socket.send(JSON.stringify({ id: query, type: 'subscribe', payload: { query } }));
      for (;;) {
        const [data] = (await once(socket, 'message')) as [Buffer];
        const { id, type, payload } = JSON.parse(data.toString());
        if (id === query && type !== 'complete') return JSON.stringify(payload);
      }
    };
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    for (const query of [
      '{ me ',
      '{ nothing }',
      '{ subscribers { totalCount } }',
      'subscription { serviceOrderUpdated { state } }',
    ]) {
      const answer = await answerTo(query);
      expect(answer).toMatch(/"extensions":\{"code":"(BAD_USER_INPUT|UNAUTHENTICATED)"\}/);
    }
    socket.close();
  });

  test('signing in is heard although an old credential comes along', async () => {
    client.token = 'old';
    const mutation = 'signIn(input: { phoneNumber: "+79160000001", password: "x" }) { __typename }';
    for (const query of [`mutation { ${mutation} }`, `mutation { __typename ... { ${mutation} } }`])
      expect((await client.query(query)).data.signIn).toEqual({ __typename: 'InvalidCredentials' });
    expect((await client.query(`mutation A { ${mutation} } query B { identity { kind } }`)).status).toBe(400);
    client.token = undefined;
  });

  test('what needs a subscriber is UNAUTHENTICATED for a guest, staff lists too', async () => {
    for (const query of [
      'mutation { activateService(input: { serviceCode: "WEATHER", idempotencyKey: "k" }) { __typename } }',
      'mutation { changePassword(input: { currentPassword: "a", newPassword: "b" }) { __typename } }',
      '{ subscribers { totalCount } }',
      '{ subscriber(phoneNumber: "+79160000001") { id } }',
    ]) {
      expectCoded(await client.query(query), 401, 'UNAUTHENTICATED');
    }
  });
});

test('an unexpected error says its request id and no more, and the log has the rest', async () => {
  await product.app.db.$executeRaw`ALTER TABLE used_captchas RENAME TO gone`;
  try {
    const answer = await client.query(
      'mutation ($input: RequestSmsPasswordInput!) { requestSmsPassword(input: $input) { __typename } }',
      { input: { phoneNumber: '+79160000001', ...(await client.solveCaptcha()) } },
    );
    expectCoded(answer, 500, 'INTERNAL_SERVER_ERROR');
    const [error] = answer.errors!;
    expect(error!.extensions.requestId).toBe(answer.requestId);
    expect(error!.message).toContain(answer.requestId);
    const logged = product
      .log()
      .split('\n')
      .filter((line) => line.includes(answer.requestId!));
    expect(logged.join()).toContain('used_captchas');
  } finally {
    await product.app.db.$executeRaw`ALTER TABLE gone RENAME TO used_captchas`;
  }
});
