import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devStaffToken } from '../../src/staff/tokens.ts';
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
    settings: {
      GUEST_SOCKETS_PER_ADDRESS: '7',
      OPERATIONS_PER_SOCKET: '20',
      SOCKET_INIT_SECONDS: '60',
      TRUST_PROXY: '1',
    },
  });
  token = await openSession(product.app, '+79160000001');
});
afterAll(() => product.stop());

describe('a subscriber', () => {
  test('has five sockets, over all sessions; the sixth is closed with 4429 until one is given up', async () => {
    const other = await openSession(product.app, '+79160000001');
    const sockets = await openSockets(5, () => RawSocket.open(product.url, token));
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

  test('has as many operations at once beside them as a setting says; one more is RATE_LIMITED and runs nothing', async () => {
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
    const sockets = await openSockets(4, () => RawSocket.open(product.url, token));
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
  const sockets = await openSockets(5, () => RawSocket.open(product.url, staff));
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
