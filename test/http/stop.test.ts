import { expect, test } from 'vitest';
import { ActivateServiceDocument, ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { startProduct } from '../support/running.ts';

/** After which connections that are still there would be cut off. */
const CUT_OFF_MS = 10_000;

test('open streams do not keep the server from stopping, and leave no error behind', async () => {
  const product = await startProduct();
  const client = product.client();
  await client.signIn('+79160000001');
  product.app.devTools.network.steer({ hold: true });
  await client.run(ActivateServiceDocument, { input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'k' } });
  const streams = [
    client.overSse(ServiceOrderUpdatedDocument, {}),
    client.overWebSocket(ServiceOrderUpdatedDocument, {}),
  ];
  for (const stream of streams) expect((await stream.next()).done).toBe(false);
  const ended = Promise.allSettled(
    streams.map(async (stream) => {
      for await (const event of stream) void event;
    }),
  );
  const began = performance.now();
  await product.stop();
  expect(performance.now() - began).toBeLessThan(CUT_OFF_MS);
  await ended;
  expect(product.log()).not.toMatch(/"level":(50|60)/);
});
