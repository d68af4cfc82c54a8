import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../support/session.ts';
import { closeAll, openSockets, RawSocket } from '../support/socket.ts';
import { type Running, startProduct } from '../support/running.ts';

const STREAM = 'subscription { serviceOrderUpdated { state } }';
const ME = '{ me { fullName } }';
let product: Running;
let token: string;
beforeAll(async () => {
  product = await startProduct({
    works: false,
    settings: { SOCKET_INIT_SECONDS: '5', SOCKET_PING_SECONDS: '2' },
  });
  token = await openSession(product.app, '+79160000001');
});
afterAll(() => product.stop());

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
    const sockets = await openSockets(4, () => RawSocket.open(product.url, token));
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
        const sockets = await openSockets(5, () => RawSocket.open(product.url, token));
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
