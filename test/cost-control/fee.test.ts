import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import {
  ActivateServiceDocument,
  ChargesDocument,
  DetailOrderUpdatedDocument,
  OrderDetailDocument,
} from '../../src/generated/operations.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { all, type Client } from '../support/client.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ settings: { DETAIL_FEE: '15.00' } });
});
afterAll(() => product.stop());

async function orderOne(client: Client) {
  const day = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: day, to: day, format: 'CSV', idempotencyKey: crypto.randomUUID() } as const;
  return (await client.run(OrderDetailDocument, { input })).orderDetail;
}

test('a statement that costs something needs money that no other order holds; it is held, and charged when it is made', async () => {
  const { app } = product;
  const { id, phoneNumber } = await newLine(app.db);
  await topUp(app, { subscriberId: id, amount: 40_00n, reference: 'first' });
  const client = product.client('en');
  client.token = await openSession(app, phoneNumber);

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
