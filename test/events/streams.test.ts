import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/events/append.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import type { Client } from '../support/client.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';

const TRANSPORTS = ['overWebSocket', 'overSse'] as const;
type Transport = (typeof TRANSPORTS)[number];
let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

/** A line with an open order, and a client that is signed in to it. */
async function lineWithOrder(phoneNumber: string) {
  const client = product.client('en');
  client.token = await openSession(product.app, phoneNumber);
  const { id } = await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
  const orderId = await addOrder(product.app, id);
  return { client, subscriberId: id, orderId };
}

/** The numbers of the next so many events. */
async function numbers(
  stream: AsyncGenerator<{ serviceOrderUpdated: { cursor: string } }>,
  subscriberId: string,
  count: number,
): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const { value, done } = await stream.next();
    if (done) throw new Error(`The stream ended after ${found.length} events.`);
    found.push(decodeCursor(product.app.secrets, subscriberId, value.serviceOrderUpdated.cursor)!);
  }
  return found;
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const endListeners = () => product.app.db.$queryRaw`
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'internet-assistant listener' AND datname = current_database()`;

test('300 events by several writers at once, the listening connection killed again and again: 300 in order, on each transport', async () => {
  const { client, subscriberId, orderId } = await lineWithOrder('+79160000001');
  const after = encodeCursor(product.app.secrets, subscriberId, 0);
  const readers = [...TRANSPORTS, ...TRANSPORTS].map((transport) =>
    numbers(client[transport](ServiceOrderUpdatedDocument, { after }), subscriberId, 300),
  );
  const event = { subscriberId, kind: 'SERVICE_ORDER', orderId, state: 'IN_PROGRESS' } as const;
  const write = async (writer: number) => {
    for (let i = 0; i < 50; i++) {
      await product.app.db.$transaction((tx) => appendEvent(product.app, tx, event));
      if (writer === 0 && i % 10 === 5) await endListeners();
    }
  };
  await Promise.all(upTo(6).map((_, writer) => write(writer)));
  for (const read of await Promise.all(readers)) expect(read).toEqual(upTo(300));
});

describe.each(TRANSPORTS)('%s', (transport: Transport) => {
  const refusal = async (client: Client, after: string) => {
    const [stream] = [client[transport](ServiceOrderUpdatedDocument, { after })];
    return String(await stream.next().catch((error: unknown) => error));
  };

  test('a cursor that was tampered with, or that another line was given, is refused', async () => {
    const { client, subscriberId } = await lineWithOrder('+79160000002');
    const { client: other } = await lineWithOrder('+79160000004');
    const cursor = encodeCursor(product.app.secrets, subscriberId, 0);
    const [place, tag] = cursor.split('.') as [string, string];
    for (const tampered of [
      `1.${tag}`,
      `0${cursor}`,
      `${place}.${tag}.${tag}`,
      `${cursor}=`,
      `${place}.${tag.slice(0, -1)}`,
      `${place}.${tag.toUpperCase()}`,
      place,
      '',
      'x'.repeat(5_000),
    ])
      expect(await refusal(client, tampered)).toMatch(/BAD_USER_INPUT|400/);
    expect(await refusal(other, cursor)).toMatch(/BAD_USER_INPUT|400/);
    await product.app.db.serviceOrder.deleteMany({});
  });

  test('a cursor that is too old, or ahead of all that happened, is CURSOR_EXPIRED', async () => {
    const { client, subscriberId, orderId } = await lineWithOrder('+79160000003');
    await addEvents(product.app, { subscriberId, orderId, count: 5 });
    const line = await product.app.db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
    const at = (seq: number) => encodeCursor(product.app.secrets, subscriberId, seq);
    const last = line.lastEventSeq;
    await product.app.db.event.deleteMany({ where: { subscriberId, seq: { lte: last - 2 } } });
    for (const seq of [0, last - 3, last + 1])
      expect(await refusal(client, at(seq))).toMatch(/CURSOR_EXPIRED|410/);
    const stream = client[transport](ServiceOrderUpdatedDocument, { after: at(last - 2) });
    expect(await numbers(stream, subscriberId, 2)).toEqual([last - 1, last]);
    await stream.return(undefined);
    await product.app.db.serviceOrder.deleteMany({});
  });

  test('a cursor names a moment of the line: one that was given with one order’s events goes on with all', async () => {
    const { client, subscriberId, orderId } = await lineWithOrder('+79160000008');
    const second = await addOrder(product.app, subscriberId, 'WEATHER');
    const { lastEventSeq } = await product.app.db.subscriber.findUniqueOrThrow({
      where: { id: subscriberId },
    });
    await addEvents(product.app, { subscriberId, orderId, count: 1 });
    await addEvents(product.app, { subscriberId, orderId: second, count: 2 });
    const { data } = await client.query(
      '{ me { serviceOrders { edges { node { id service { code } } } } } }',
    );
    const ofFirst = data.me.serviceOrders.edges.find(({ node }: any) => node.service.code === 'VOICEMAIL')
      .node.id;
    const named = client[transport](ServiceOrderUpdatedDocument, { orderId: ofFirst });
    const { value } = await named.next();
    await named.return(undefined);
    const all = client[transport](ServiceOrderUpdatedDocument, { after: value!.serviceOrderUpdated.cursor });
    expect(await numbers(all, subscriberId, 2)).toEqual([lastEventSeq + 2, lastEventSeq + 3]);
    await all.return(undefined);
    await product.app.db.serviceOrder.deleteMany({});
  });
});

test('a stream ends with a code at the first event that cannot be told, and tells it to who goes on by cursor', async () => {
  const { client, subscriberId, orderId } = await lineWithOrder('+79160000009');
  const { lastEventSeq } = await product.app.db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
  const after = encodeCursor(product.app.secrets, subscriberId, lastEventSeq);
  const query = `subscription { serviceOrderUpdated(after: "${after}") { cursor order { state } } }`;
  const socket = await RawSocket.open(product.url, client.token);
  await product.app.db.$executeRaw`ALTER TABLE service_orders RENAME TO gone`;
  try {
    await addEvents(product.app, { subscriberId, orderId, count: 3 });
    socket.subscribe('s', query);
    const { type, payload } = await socket.hear(({ id }) => id === 's');
    expect({ type, payload }).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }],
    });
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { ...client.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    const events = (await response.text()).match(/^event: .*|"code":"\w+"/gm);
    expect(events).toEqual(['event: next', '"code":"INTERNAL_SERVER_ERROR"', 'event: complete']);
  } finally {
    await product.app.db.$executeRaw`ALTER TABLE gone RENAME TO service_orders`;
  }
  socket.subscribe('q', '{ __typename }');
  await socket.answer('q');
  expect(socket.kept.filter(({ id }) => id === 's')).toEqual([]);
  socket.ws.close();
  const again = client.overWebSocket(ServiceOrderUpdatedDocument, { after });
  expect(await numbers(again, subscriberId, 3)).toEqual([1, 2, 3].map((i) => lastEventSeq + i));
  await again.return(undefined);
});
