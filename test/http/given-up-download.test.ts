import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addDays, dayOf } from '../../src/calendar.ts';
import { DetailOrderUpdatedDocument, OrderDetailDocument } from '../../src/generated/operations.ts';
import { serveFile } from '../../src/http/files.ts';
import { all } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const WAIT = { timeout: 60_000, interval: 20 };

let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

async function linkOfStatement(): Promise<string> {
  const client = product.client('en');
  await client.signIn('+79160000001');
  const today = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: addDays(today, -2), to: today, format: 'CSV', idempotencyKey: 'once' } as const;
  const { orderDetail } = await client.run(OrderDetailDocument, { input });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  const events = await all(
    client.overWebSocket(DetailOrderUpdatedDocument, { orderId: orderDetail.order.id }),
  );
  return events.at(-1)!.detailOrderUpdated.order.downloadUrl!;
}

test('a file whose reader has gone before it was opened is closed again', async () => {
  const token = new URL(await linkOfStatement()).pathname.slice('/files/'.length);
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
    void serveFile({ ...product.app, files }, token, request, response);
  }).listen(0);
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).catch(() => {});
  await vi.waitUntil(() => content?.closed, WAIT);
  expect(content!.destroyed).toBe(true);
  server.close();
});
