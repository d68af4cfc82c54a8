import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addEvents, addOrder } from '../support/events.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';
import { type Running, startProduct } from '../support/running.ts';

/** Each event is told in tens of kilobytes, so that a thousand are far more than the system holds for a connection. */
const WIDE = `subscription ($after: String) {
  serviceOrderUpdated(after: $after) {
    cursor
    order { service { ${Array.from({ length: 400 }, (_, i) => `d${i}: description`).join(' ')} } }
  }
}`;
const EVENTS = 1_000;
/** What the system may hold of them for one connection, in its own buffers. */
const HELD = EVENTS / 4;
let product: Running;
let subscriberId: string;
let orderId: string;
beforeAll(async () => {
  product = await startProduct({
    works: false,
    settings: { STUCK_SECONDS: '5', OPERATION_SECONDS: '5', SOCKETS_PER_SUBSCRIBER: '1' },
  });
  const line = { phoneNumber: '+79160000001' };
  ({ id: subscriberId } = await product.app.db.subscriber.findUniqueOrThrow({ where: line }));
  orderId = await addOrder(product.app, subscriberId);
});
afterAll(() => product.stop());

const signedIn = () => openSession(product.app, '+79160000001');
const addMany = () => addEvents(product.app, { subscriberId, orderId, count: EVENTS });

async function startOfStream(token: string): Promise<string> {
  const client = product.client();
  client.token = token;
  return (await client.query('{ me { streamCursor } }')).data.me.streamCursor;
}

/** How many events were looked up to be told: each takes one read of its order. */
const told = () => product.statements().filter((sql) => sql.includes('FROM "service_orders" t ')).length;

/** The place that the line has is free again: who had it is closed. */
const placeIsFree = (open: () => Promise<unknown>) =>
  expect
    .poll(() =>
      open().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);

/** A subscription over SSE by hand, so that nothing reads what the test does not read. */
function openSse(token: string, after: string): Socket {
  const body = JSON.stringify({ query: WIDE, variables: { after } });
  const { hostname, port } = new URL(product.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      'POST /graphql HTTP/1.1',
      `host: ${hostname}`,
      'content-type: application/json',
      'accept: text/event-stream',
      `authorization: Bearer ${token}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return socket;
}

test('a socket that is not read costs what the system holds for it, and is closed with 1013', async () => {
  const token = await signedIn();
  const after = await startOfStream(token);
  const stuck = await RawSocket.open(product.url, token);
  stuck.subscribe('s', WIDE, { variables: { after } });
  stuck.ws.pause();
  product.statements();
  await addMany();
  await placeIsFree(async () => (await RawSocket.open(product.url, token)).ws.close());
  const read = told();
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(HELD);
  await addMany();
  expect(told()).toBe(0);
  stuck.ws.resume();
  expect(await stuck.closed).toEqual({ code: 1013, reason: 'Try again later' });
});

test('so does an SSE stream that is not read, and it ends without having completed', async () => {
  const token = await signedIn();
  const stuck = openSse(token, await startOfStream(token));
  const [head] = (await once(stuck, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*content-type: text\/event-stream/i);
  stuck.pause();
  product.statements();
  await addMany();
  await placeIsFree(async () => (await RawSocket.open(product.url, await signedIn())).ws.close());
  const read = told();
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(HELD);
  let rest = '';
  stuck.on('data', (data: Buffer) => (rest = (rest + data.toString()).slice(-100)));
  stuck.on('error', () => {});
  stuck.resume();
  await once(stuck, 'close');
  expect(rest).not.toContain('event: complete');
});

test('a reader that is merely slow gets everything in order', async () => {
  const token = await signedIn();
  const after = await startOfStream(token);
  const slow = await RawSocket.open(product.url, token);
  slow.subscribe('s', WIDE, { variables: { after } });
  await addEvents(product.app, { subscriberId, orderId, count: 300 });
  const cursors: string[] = [];
  while (cursors.length < 300) {
    slow.ws.resume();
    const { data } = await slow.answer('s');
    cursors.push(data.serviceOrderUpdated.cursor);
    slow.ws.pause();
    // It has other things to do
    if (cursors.length % 5 === 0) await startOfStream(token);
  }
  const places = cursors.map((cursor) => Number.parseInt(cursor, 36));
  expect(places).toEqual(places.map((_, i) => places[0]! + i));
  slow.ws.resume();
  slow.ws.close();
  await slow.closed;
});

test('a socket that asks without reading is soon not listened to, and closed', async () => {
  const token = await signedIn();
  const loud = await RawSocket.open(product.url, token);
  loud.ws.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(15_000) } });
  for (let i = 0; i < 4_000; i++) loud.say(ping);
  await placeIsFree(async () => (await RawSocket.open(product.url, token)).ws.close());
  // Most of it never left: what the server did not answer it did not take either
  expect(loud.ws.bufferedAmount).toBeGreaterThan(30_000_000);
  loud.ws.terminate();
});

test('answers that are not read are given up with their connection', async () => {
  const wide = Array.from({ length: 400 }, (_, i) => `d${i}: description`).join(' ');
  const body = JSON.stringify({ query: `{ services { edges { node { ${wide} } } } }` });
  const { hostname, port } = new URL(product.url);
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const stuck = connect(Number(port), hostname).pause();
  let broken: Error | undefined;
  stuck.on('error', (error) => (broken = error));
  for (let i = 0; i < 30; i++) stuck.write(head + body);
  // Only who writes on finds out that the other end is gone, as long as nothing is read
  await expect.poll(() => broken ?? (stuck.write('x'), undefined)).toBeDefined();
  stuck.destroy();
});

test('an idle connection is kept for longer than proxies keep one, which is said with each answer', async () => {
  const { headers } = await fetch(`${product.url}/health/live`);
  expect(headers.get('keep-alive')).toBe('timeout=75');
});

test('nothing of all this left an error in the log', () => {
  expect(product.log()).not.toMatch(/"level":(50|60)/);
});
