import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import { stepDetailOrder } from '../../src/cost-control/detail-orders.ts';
import { fileKey } from '../../src/cost-control/link.ts';
import { OrderDetailDocument } from '../../src/generated/operations.ts';
import { takeUp } from '../../src/orders/take-up.ts';
import type { FailurePoint } from '../../src/ports/failure-points.ts';
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
