import { getHeapStatistics, queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RequestCache } from '@pothos/plugin-scope-auth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeCursor } from '../../src/events/cursor.ts';
import { ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';

const EVENTS = 2_000;
/** Of the heap for each event; to keep what an event told of takes ten times as much. */
const LEFT_BYTES = 300;

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

setFlagsFromString('--expose-gc');
const sweep = runInNewContext('gc') as () => void;

test('a stream keeps nothing of the events that it has told', { timeout: 120_000 }, async () => {
  const phoneNumber = '+79160000001';
  const client = product.client('en');
  client.token = await openSession(product.app, phoneNumber);
  const { id } = await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } });
  const orderId = await addOrder(product.app, id);
  const after = encodeCursor(product.app.secrets, id, 0);
  const stream = client.overWebSocket(ServiceOrderUpdatedDocument, { after });
  const heldAfterAll = async (): Promise<number> => {
    await addEvents(product.app, { subscriberId: id, orderId, count: EVENTS });
    for (let i = 0; i < EVENTS; i++) if ((await stream.next()).done) throw new Error('The stream ended.');
    // What the test's own product has kept of its SQL
    product.statements();
    sweep();
    return getHeapStatistics().used_heap_size;
  };
  await heldAfterAll();
  const before = await heldAfterAll();
  const grown = (await heldAfterAll()) - before;
  await stream.return(undefined);
  expect(grown / EVENTS).toBeLessThan(LEFT_BYTES);
});

test('a stream that waits keeps nothing of the scopes that it was let in by', async () => {
  const socket = await RawSocket.open(product.url, await openSession(product.app, '+79160000002'));
  const before = queryObjects(RequestCache, { format: 'count' });
  for (let i = 0; i < 10; i++) socket.subscribe(`${i}`, 'subscription { serviceOrderUpdated { cursor } }');
  // Answered once they are being begun
  socket.subscribe('last', '{ __typename }');
  await socket.hear(({ type, id }) => type === 'complete' && id === 'last');
  const kept = () => queryObjects(RequestCache, { format: 'count' }) - before;
  await expect.poll(kept).toBeLessThan(5);
  socket.ws.close();
});
