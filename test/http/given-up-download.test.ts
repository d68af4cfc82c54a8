import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { addDays, dayOf } from '../../src/calendar.ts';
import { DetailOrderUpdatedDocument, OrderDetailDocument } from '../../src/generated/operations.ts';
import { serveFile } from '../../src/http/files.ts';
import { Places } from '../../src/http/places.ts';
import { all } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const WAIT = { timeout: 60_000, interval: 20 };

let product: Running;
let token: string;
beforeAll(async () => {
  product = await startProduct();
  token = await tokenOfStatement('+79160000001');
});
afterAll(() => product.stop());

/** What a link to a statement ends with. */
async function tokenOfStatement(phoneNumber: string, idempotencyKey = 'once'): Promise<string> {
  const client = product.client('en');
  client.token = await openSession(product.app, phoneNumber);
  const today = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: addDays(today, -2), to: today, format: 'CSV', idempotencyKey } as const;
  const { orderDetail } = await client.run(OrderDetailDocument, { input });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  const events = await all(
    client.overWebSocket(DetailOrderUpdatedDocument, { orderId: orderDetail.order.id }),
  );
  const { downloadUrl } = events.at(-1)!.detailOrderUpdated.order;
  return new URL(downloadUrl!).pathname.slice('/files/'.length);
}

test('a file whose reader has gone before it was opened is closed again', async () => {
  let content: Readable | undefined;
  const server = createServer((request, response) => {
    const files = {
      ...product.app.files,
      read: async (key: string) => {
        const file = (await product.app.files.read(key))!;
        ({ content } = file);
        response.destroy();
        return file;
      },
    };
    void serveFile({ ...product.app, files }, new Places(), token, request, response);
  }).listen(0);
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).catch(() => {});
  await vi.waitUntil(() => content?.closed, WAIT);
  expect(content!.destroyed).toBe(true);
  server.close();
});

/** A process whose store gives no file before it is told to. */
function slowStore() {
  const [{ promise: goOn, resolve: end }, downloads] = [Promise.withResolvers<void>(), new Places()];
  const counts = { open: 0 };
  const files = {
    ...product.app.files,
    read: async (key: string) => {
      counts.open++;
      await goOn;
      return product.app.files.read(key);
    },
  };
  const server = createServer(
    (request, response) =>
      void serveFile({ ...product.app, files }, downloads, request.url!.slice(1), request, response),
  ).listen(0);
  onTestFinished(() => void server.close());
  const download = (of = token) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${of}`);
  return { counts, download, end };
}

test('a line has four downloads at once; a fifth is told when to come again, and comes in when one has ended', async () => {
  const { counts, download, end } = slowStore();
  const slow = Array.from({ length: 4 }, () => download());
  await vi.waitUntil(() => counts.open === 4, WAIT);
  const fifth = await download();
  expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([429, '10']);
  expect(await fifth.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  end();
  for (const each of slow) expect((await (await each).arrayBuffer()).byteLength).toBeGreaterThan(0);
  const again = await download();
  expect(again.status).toBe(200);
  await again.arrayBuffer();
});

test('another statement of the line counts with the first, another line’s from the same address does not', async () => {
  const others = [
    await tokenOfStatement('+79160000001', 'another'),
    await tokenOfStatement('+79160000002'),
  ] as const;
  const { counts, download, end } = slowStore();
  const slow = Array.from({ length: 4 }, () => download());
  await vi.waitUntil(() => counts.open === 4, WAIT);
  expect((await download(others[0])).status).toBe(429);
  slow.push(download(others[1]));
  await vi.waitUntil(() => counts.open === 5, WAIT);
  end();
  for (const each of slow) expect((await (await each).arrayBuffer()).byteLength).toBeGreaterThan(0);
});
