import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import { fileKey } from '../../src/cost-control/link.ts';
import {
  ActivateServiceDocument,
  ChargesDocument,
  DetailOrderUpdatedDocument,
  OrderDetailDocument,
  type OrderDetailInput,
  RevokeDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { clearAwayHandler } from '../../src/upkeep/clear-away.ts';
import { all, type Client } from '../support/client.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ settings: { DETAIL_FEE: '15.00' } });
});
afterAll(() => product.stop());

/** A line with 40.00, signed in. */
async function payer(): Promise<{ id: string; phoneNumber: string; client: Client }> {
  const { app } = product;
  const line = await newLine(app.db);
  await topUp(app, { subscriberId: line.id, amount: 40_00n, reference: 'first' });
  const client = product.client('en');
  client.token = await openSession(app, line.phoneNumber);
  return { ...line, client };
}

async function orderOne(client: Client, more: Partial<OrderDetailInput> = {}) {
  const day = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: day, to: day, format: 'CSV', idempotencyKey: crypto.randomUUID(), ...more } as const;
  return (await client.run(OrderDetailDocument, { input })).orderDetail;
}

test('a statement that costs something needs money that no other order holds; it is held, and charged when it is made', async () => {
  const { app } = product;
  const { id, client } = await payer();

  app.devTools.network.steer({ hold: true });
  const held = { serviceCode: 'CALL_FORWARDING', idempotencyKey: 'holds 30.00' };
  expect((await client.run(ActivateServiceDocument, { input: held })).activateService.__typename).toBe(
    'ServiceOrderAccepted',
  );
  expect(await orderOne(client)).toMatchObject({
    __typename: 'InsufficientFunds',
    available: { amount: '10.00' },
    required: { amount: '15.00' },
  });

  await topUp(app, { subscriberId: id, amount: 5_00n, reference: 'second' });
  const placed = await orderOne(client);
  if (placed.__typename !== 'DetailOrderAccepted') throw new Error(placed.__typename);
  const orderId = placed.order.id;
  expect(placed.order).toMatchObject({
    fee: { amount: '15.00' },
    subscriber: { available: { amount: '0.00' } },
  });
  await all(client.overWebSocket(DetailOrderUpdatedDocument, { orderId }));
  const me = (await client.run(ChargesDocument, { first: 5 })).me!;
  expect(me).toMatchObject({ balance: { amount: '30.00' }, available: { amount: '0.00' } });
  expect(me.charges.edges.map(({ node }) => [node.amount.amount, node.cause])).toEqual([
    ['15.00', { __typename: 'DetailOrder', id: orderId }],
  ]);
});

test('a statement that is called off before it is made costs nothing', async () => {
  const { app } = product;
  const { id, client } = await payer();
  const send = vi
    .spyOn(app.mail, 'send')
    .mockResolvedValue({ outcome: 'REFUSED', reason: 'greylisted', permanent: false });
  const mailed = await orderOne(client, { delivery: 'EMAIL', email: 'thief@example.com' });
  if (mailed.__typename !== 'DetailOrderAccepted') throw new Error(mailed.__typename);
  await expect.poll(() => send.mock.calls.length).toBeGreaterThan(0);
  await app.db.detailOrder.updateMany({ where: { subscriberId: id }, data: { progress: 42 } });
  expect((await client.run(RevokeDocument, { id: mailed.order.id })).revoke.__typename).toBe('Revoked');
  expect(await app.db.subscriber.findUnique({ where: { id } })).toMatchObject({ balance: 40_00n, held: 0n });
  const stream = client.overWebSocket(DetailOrderUpdatedDocument, { orderId: mailed.order.id });
  expect((await all(stream)).at(-1)!.detailOrderUpdated).toMatchObject({ state: 'CANCELLED', progress: 42 });
  const tries = send.mock.calls.length;
  product.clock.advance({ minutes: 30 });
  await clearAwayHandler(app).run({});
  const row = await app.db.detailOrder.findFirstOrThrow({ where: { subscriberId: id } });
  expect(await app.files.read(fileKey(row))).toBeUndefined();
  expect(send.mock.calls.length).toBe(tries);
  send.mockRestore();
});

test('one that was called off while its file was made leaves none behind', async () => {
  const { app } = product;
  const { id, client } = await payer();
  const write = app.files.write.bind(app.files);
  const written = vi.spyOn(app.files, 'write').mockImplementation(async (key, content) => {
    const result = await write(key, content);
    await client.run(SignOutDocument, { everywhere: true });
    return result;
  });
  const remove = vi.spyOn(app.files, 'remove');
  const placed = await orderOne(client, { delivery: 'EMAIL', email: 'owner@example.com' });
  expect(placed.__typename).toBe('DetailOrderAccepted');
  await expect.poll(() => remove.mock.calls.length).toBeGreaterThan(0);
  const row = await app.db.detailOrder.findFirstOrThrow({ where: { subscriberId: id } });
  expect(row).toMatchObject({ state: 'CANCELLED', sha256: null });
  expect(await app.files.read(fileKey(row))).toBeUndefined();
  expect(await app.db.subscriber.findUnique({ where: { id } })).toMatchObject({ balance: 40_00n, held: 0n });
  written.mockRestore();
  remove.mockRestore();
});

test('one to download is made all the same when all sessions end, and its owner finds it', async () => {
  const { app } = product;
  const { id, phoneNumber, client } = await payer();
  const write = app.files.write.bind(app.files);
  const written = vi.spyOn(app.files, 'write').mockImplementation(async (key, content) => {
    await client.run(SignOutDocument, { everywhere: true });
    return write(key, content);
  });
  await orderOne(client);
  const row = () => app.db.detailOrder.findFirstOrThrow({ where: { subscriberId: id } });
  await expect.poll(row).toMatchObject({ state: 'COMPLETED' });
  written.mockRestore();
  client.token = await openSession(app, phoneNumber);
  const { data } = await client.query('{ me { detailOrders { edges { node { downloadUrl } } } } }');
  const { downloadUrl } = data.me.detailOrders.edges[0].node;
  expect((await fetch(new URL(new URL(downloadUrl).pathname, product.url))).status).toBe(200);
});
