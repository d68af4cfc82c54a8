import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import { stepDetailOrder } from '../../src/cost-control/detail-orders.ts';
import { fileKey } from '../../src/cost-control/link.ts';
import { OrderDetailDocument } from '../../src/generated/operations.ts';
import { type TakenUp, takeUp } from '../../src/orders/take-up.ts';
import type { FailurePoint, Reach } from '../../src/ports/failure-points.ts';
import { ownerChanged } from '../../src/subscriber/line-changes.ts';
import { Gate } from '../support/gate.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const LEASE = { atMost: 1, forMs: 10_000 };
let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

async function order(): Promise<{ subscriberId: string }> {
  const { id, phoneNumber } = await newLine(product.app.db);
  const client = product.client();
  client.token = await openSession(product.app, phoneNumber);
  const day = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: day, to: day, format: 'CSV', idempotencyKey: 'one' } as const;
  const { orderDetail } = await client.run(OrderDetailDocument, { input });
  expect(orderDetail.__typename).toBe('DetailOrderAccepted');
  return { subscriberId: id };
}

/** The file that the order tells of is there, and no other of its. */
async function expectWhole(where: { subscriberId: string }): Promise<void> {
  const { app } = product;
  const row = await app.db.detailOrder.findFirstOrThrow({ where });
  expect(row.state).toBe('COMPLETED');
  const content = await buffer((await app.files.read(fileKey(row)))!.content);
  expect(content).toHaveLength(row.byteSize!);
  expect(createHash('sha256').update(content).digest('hex')).toBe(row.sha256);
  // Nothing else of the order's is left in the store
  const others = [1, 2]
    .filter((look) => look !== row.fileLook)
    .map((fileLook) => fileKey({ ...row, fileLook }));
  for (const key of others) expect(await app.files.read(key)).toBeUndefined();
}

/** A run that ends with its process at that point; its lease is over afterwards. */
async function dieBefore(point: FailurePoint): Promise<TakenUp> {
  const [taken] = await takeUp(product.app, 'DETAIL_ORDER', LEASE);
  const reach: Reach = (reached) => (reached === point ? Promise.reject(new Error('died')) : undefined);
  await expect(stepDetailOrder({ ...product.app, reach }, taken!)).rejects.toThrow('died');
  product.clock.advance({ seconds: 11 });
  return taken!;
}

test.each<FailurePoint>(['detail/made', 'detail/delivered'])(
  'a run that has lost its order before %s leaves the file of the one that ended it',
  async (point) => {
    const where = await order();
    const { app } = product;
    const slow = new Gate();
    slow.stopBefore(point);
    const [first] = await takeUp(app, 'DETAIL_ORDER', LEASE);
    const losing = stepDetailOrder({ ...app, reach: slow.reach }, first!);
    await expect.poll(() => slow.waits, { timeout: 60_000 }).toBe(true);

    product.clock.advance({ seconds: 11 });
    const [second] = await takeUp(app, 'DETAIL_ORDER', LEASE);
    await stepDetailOrder(app, second!);
    slow.goOn();
    await losing;

    await expectWhole(where);
  },
);

test('a run that has lost its order to one that is still at it does not end it by its own file', async () => {
  const where = await order();
  const { app } = product;
  const gates = [new Gate(), new Gate()];
  const running: Promise<unknown>[] = [];
  for (const gate of gates) {
    gate.stopBefore('detail/made');
    const [taken] = await takeUp(app, 'DETAIL_ORDER', LEASE);
    running.push(stepDetailOrder({ ...app, reach: gate.reach }, taken!));
    await expect.poll(() => gate.waits, { timeout: 60_000 }).toBe(true);
    product.clock.advance({ seconds: 11 });
  }
  for (const [i, gate] of gates.entries()) {
    gate.goOn();
    await running[i];
  }
  await expectWhole(where);
});

test('a run that died leaves no file behind once another has made its own', async () => {
  const where = await order();
  const { app } = product;
  await dieBefore('detail/made');
  const [second] = await takeUp(app, 'DETAIL_ORDER', LEASE);
  await stepDetailOrder(app, second!);
  expect(await app.db.detailOrder.findFirst({ where })).toMatchObject({ fileLook: second!.looks });
  await expectWhole(where);
});

test('what a run had made before it died is handed over by the next, and not made again', async () => {
  const where = await order();
  const { app } = product;
  const first = await dieBefore('detail/delivered');
  const [second] = await takeUp(app, 'DETAIL_ORDER', LEASE);
  await stepDetailOrder(app, second!);
  expect(await app.db.detailOrder.findFirst({ where })).toMatchObject({ fileLook: first.looks });
  await expectWhole(where);
});

test('the file of an order that was called off while it was made is not kept', async () => {
  const where = await order();
  const { app } = product;
  const slow = new Gate();
  slow.stopBefore('detail/made');
  const [taken] = await takeUp(app, 'DETAIL_ORDER', LEASE);
  const making = stepDetailOrder({ ...app, reach: slow.reach }, taken!);
  await expect.poll(() => slow.waits, { timeout: 60_000 }).toBe(true);
  const row = await app.db.detailOrder.findFirstOrThrow({ where });
  expect(await app.files.read(fileKey(row))).toBeDefined();
  await ownerChanged(app, where.subscriberId, { fullName: 'Новая Владелица', passport: undefined });
  slow.goOn();
  await making;
  expect(await app.db.detailOrder.findFirst({ where })).toMatchObject({ state: 'CANCELLED', byteSize: null });
  expect(await app.files.read(fileKey(row))).toBeUndefined();
});

test('a run that is late to a file that another one is about to tell of does not remove it', async () => {
  const where = await order();
  const { app } = product;
  const [first] = await takeUp(app, 'DETAIL_ORDER', LEASE);
  product.clock.advance({ seconds: 11 });
  const slow = new Gate();
  slow.stopBefore('detail/made');
  const [second] = await takeUp(app, 'DETAIL_ORDER', LEASE);
  const making = stepDetailOrder({ ...app, reach: slow.reach }, second!);
  await expect.poll(() => slow.waits, { timeout: 60_000 }).toBe(true);
  await stepDetailOrder(app, first!);
  slow.goOn();
  await making;
  await expectWhole(where);
});
