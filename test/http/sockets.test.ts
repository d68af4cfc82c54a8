import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';
import { type Running, startProduct } from '../support/running.ts';

const STREAM = 'subscription { serviceOrderUpdated { state } }';
const ME = '{ me { fullName } }';
let product: Running;
let token: string;
beforeAll(async () => {
  product = await startProduct({
    works: false,
    settings: {
      SOCKET_INIT_SECONDS: '1',
      SOCKET_PING_SECONDS: '1',
      GUEST_SOCKETS_PER_ADDRESS: '7',
      TRUST_PROXY: '1',
    },
  });
  token = await openSession(product.app, '+79160000001');
});
afterAll(() => product.stop());

async function closeAll(sockets: RawSocket[]): Promise<void> {
  for (const { ws } of sockets) ws.close();
  await Promise.all(sockets.map(({ closed }) => closed));
}

/** Opens sockets until one is refused, and says how many were not. */
async function openAsManyAs(most: number, open: () => Promise<RawSocket>): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  while (sockets.length < most) sockets.push(await open());
  return sockets;
}

describe('a subscriber', () => {
  test('has five sockets, over all sessions; the sixth is closed with 4429 until one is given up', async () => {
    const other = await openSession(product.app, '+79160000001');
    const sockets = await openAsManyAs(5, () => RawSocket.open(product.url, token));
    for (const each of [token, other]) {
      const sixth = new RawSocket(product.url);
      await once(sixth.ws, 'open');
      sixth.say({ type: 'connection_init', payload: { authorization: `Bearer ${each}` } });
      expect(await sixth.closed).toEqual({ code: 4429, reason: 'TOO_MANY_STREAMS' });
    }
    const neighbour = await RawSocket.open(product.url, await openSession(product.app, '+79160000002'));
    await closeAll([sockets.pop()!, neighbour]);
    sockets.push(await RawSocket.open(product.url, other));
    await closeAll(sockets);
  });

  test('has twenty streams on a socket; one more is TOO_MANY_STREAMS, and the socket lives on', async () => {
    const socket = await RawSocket.open(product.url, token);
    for (let i = 0; i <= 20; i++) socket.subscribe(`s${i}`, STREAM);
    const { errors } = await socket.answer('s20');
    expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY_STREAMS' } }]);
    socket.subscribe('q', ME);
    expect((await socket.answer('q')).data.me.fullName).toBeTruthy();
    socket.say({ id: 's3', type: 'complete' });
    socket.subscribe('again', STREAM);
    socket.subscribe('too many', STREAM);
    expect((await socket.answer('too many')).errors).toMatchObject([
      { extensions: { code: 'TOO_MANY_STREAMS' } },
    ]);
    await closeAll([socket]);
  });

  test('has twenty operations at once beside them; one more is RATE_LIMITED and runs nothing', async () => {
    const socket = await RawSocket.open(product.url, token);
    await product.app.db.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE sessions`;
      for (let i = 0; i <= 20; i++) socket.subscribe(`q${i}`, ME);
      expect((await socket.answer('q20')).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    });
    for (let i = 0; i < 20; i++) expect((await socket.answer(`q${i}`)).data.me).toBeTruthy();
    socket.subscribe('later', ME);
    expect((await socket.answer('later')).data.me).toBeTruthy();
    await closeAll([socket]);
  });

  test('has twenty SSE streams in a session, which together take the place of one socket', async () => {
    const streams: AbortController[] = [];
    const openStream = async (bearer: string) => {
      const abort = new AbortController();
      const response = await fetch(`${product.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${bearer}`,
        },
        body: JSON.stringify({ query: STREAM }),
        signal: abort.signal,
      });
      if (response.status === 200) streams.push(abort);
      return response;
    };
    for (let i = 0; i < 20; i++) expect((await openStream(token)).status).toBe(200);
    const refused = await openStream(token);
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('"code":"TOO_MANY_STREAMS"');
    const sockets = await openAsManyAs(4, () => RawSocket.open(product.url, token));
    const other = await openSession(product.app, '+79160000001');
    expect((await openStream(other)).status).toBe(429);
    streams.pop()!.abort();
    await expect.poll(async () => (await openStream(token)).status).toBe(200);
    for (const stream of streams) stream.abort();
    await expect.poll(async () => (await openStream(other)).status).toBe(200);
    streams.at(-1)!.abort();
    await closeAll(sockets);
  });
});

test('a member of staff has five sockets, too', async () => {
  const staff = await devStaffToken(product.app, ['support']);
  const sockets = await openAsManyAs(5, () => RawSocket.open(product.url, staff));
  await expect(RawSocket.open(product.url, staff)).rejects.toThrow('closed');
  await closeAll(sockets);
});

test('guests have so many sockets from one address, from their first moment; others are not held up', async () => {
  const from = (address: string) =>
    new RawSocket(product.url, undefined, { headers: { 'x-forwarded-for': address } });
  const crowd = Array.from({ length: 7 }, () => from('203.0.113.7'));
  await Promise.all(crowd.map(({ ws }) => once(ws, 'open')));
  expect(await from('203.0.113.7').closed).toMatchObject({ code: 4429 });
  const elsewhere = from('203.0.113.8');
  await once(elsewhere.ws, 'open');
  await closeAll([crowd.pop()!]);
  const next = from('203.0.113.7');
  await once(next.ws, 'open');
  await closeAll([...crowd, next, elsewhere]);
});

describe('a socket', () => {
  const opened = async (protocols?: string | string[]) => {
    const socket = new RawSocket(product.url, protocols);
    await once(socket.ws, 'open');
    return socket;
  };
  const subscribe = { id: '1', type: 'subscribe', payload: { query: '{ __typename }' } };

  test('that does not say whom it speaks for is closed with 4408', async () => {
    const socket = await opened();
    expect(await socket.closed).toMatchObject({ code: 4408 });
  });

  test.each([
    ['an operation before the greeting', [subscribe], 4401],
    ['a second greeting', [{ type: 'connection_init' }, { type: 'connection_init' }], 4429],
    ['no JSON', ['{'], 4400],
    ['JSON that is no message', ['[1]'], 4400],
    ['a type that nobody knows', [{ type: 'hello' }], 4400],
    ['a type that only a server sends', [{ type: 'next', id: '1', payload: {} }], 4400],
    ['an id that is no text', ['{"type":"subscribe","id":1,"payload":{"query":""}}'], 4400],
    ['nesting that no person wrote', ['['.repeat(16_000)], 4400],
    [
      'a message of more than 16 KiB',
      [JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(17_000) } })],
      1009,
    ],
  ])('that says %s is closed with its code', async (_what, messages, code) => {
    const socket = await opened();
    for (const message of messages) socket.say(message);
    expect((await socket.closed).code).toBe(code);
  });

  test('that uses the id of a running operation again is closed with 4409', async () => {
    const socket = await RawSocket.open(product.url, token);
    socket.subscribe('1', STREAM);
    socket.subscribe('1', ME);
    expect((await socket.closed).code).toBe(4409);
  });

  test('that sends bytes instead of text is closed with 1003', async () => {
    const socket = await opened();
    socket.ws.send(Buffer.from('{"type":"connection_init"}'));
    expect((await socket.closed).code).toBe(1003);
  });

  test('that breaks the rules of WebSocket itself is closed, and its like do not suffer', async () => {
    const neighbour = await RawSocket.open(product.url, token);
    const socket = new RawSocket(product.url);
    const [[upgrade]] = (await Promise.all([once(socket.ws, 'upgrade'), once(socket.ws, 'open')])) as [
      [IncomingMessage],
      unknown,
    ];
    // An opcode that does not exist (RFC 6455, 5.2)
    upgrade.socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
    expect((await socket.closed).code).toBe(1002);
    neighbour.subscribe('q', ME);
    expect((await neighbour.answer('q')).data.me).toBeTruthy();
    await closeAll([neighbour]);
  });

  test.each([['graphql-ws'], ['something']])(
    'of the subprotocol %s gets none and is not served',
    async (name) => {
      const socket = new RawSocket(product.url, name);
      // The library of the client gives up by itself when its protocol is not taken
      expect((await socket.closed).code).toBe(1006);
    },
  );

  test('without a subprotocol is closed with 4406', async () => {
    const socket = new RawSocket(product.url, []);
    expect(await socket.closed).toMatchObject({ code: 4406 });
  });

  test('is pinged, and one that does not answer is given up with its place', async () => {
    const dead = await RawSocket.open(product.url, token, { autoPong: false });
    const lively = await RawSocket.open(product.url, token);
    expect((await dead.closed).code).toBe(1006);
    lively.subscribe('q', ME);
    expect((await lively.answer('q')).data.me).toBeTruthy();
    const sockets = await openAsManyAs(4, () => RawSocket.open(product.url, token));
    await closeAll([...sockets, lively]);
  });

  test('that goes while it is being greeted leaves no place taken', async () => {
    for (let i = 0; i < 8; i++) {
      const socket = await opened();
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      socket.ws.terminate();
      await socket.closed;
    }
    await expect
      .poll(async () => {
        const sockets = await openAsManyAs(5, () => RawSocket.open(product.url, token));
        await closeAll(sockets);
        return sockets.length;
      })
      .toBe(5);
  });
});

test('operations that are not told apart are BAD_USER_INPUT over a socket, as over HTTP', async () => {
  const socket = await RawSocket.open(product.url, token);
  const query = 'query A { __typename } query B { __typename }';
  socket.subscribe('none', query);
  socket.subscribe('unknown', query, { operationName: 'C' });
  socket.subscribe('known', query, { operationName: 'B' });
  for (const id of ['none', 'unknown'])
    expect((await socket.answer(id)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect((await socket.answer('known')).data).toEqual({ __typename: 'Query' });
  await closeAll([socket]);
});

test('nothing of all this left an error in the log', () => {
  expect(product.log()).not.toMatch(/"level":(50|60)/);
});
