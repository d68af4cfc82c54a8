import { expect, onTestFinished, test, vi } from 'vitest';
import { stepNetworkOrder } from '../../src/orders/network-order.ts';
import { workOnOrders } from '../../src/orders/order-worker.ts';
import { serviceOrders } from '../../src/services/service-orders.ts';
import { StandingClock } from '../support/clock.ts';
import { addOrder } from '../support/events.ts';
import { newLine } from '../support/lines.ts';
import { startProduct } from '../support/running.ts';

test('a worker that stops hands over what it cannot finish: another takes it up before the lease is over', async () => {
  // Time stands: no lease runs out by itself
  const product = await startProduct({ works: false, clock: new StandingClock() });
  onTestFinished(() => product.stop());
  const { app } = product;
  const { id: subscriberId } = await newLine(app.db);
  const orderId = await addOrder(app, subscriberId);
  await app.db.serviceOrder.updateMany({ where: { id: orderId }, data: { nextLookAt: app.clock.now() } });
  const endless = Promise.withResolvers<void>();
  const [first, second] = [vi.fn(() => endless.promise), vi.fn(async () => {})];
  const work = { kind: 'SERVICE_ORDER', leaseMs: 60_000, atOnce: 1 } as const;

  const stopping = workOnOrders(app, [{ ...work, step: first }], { stopWithinMs: 0 });
  await vi.waitUntil(() => first.mock.calls.length === 1, { timeout: 60_000 });
  const staying = workOnOrders(app, [{ ...work, step: second }], { lookEveryMs: 3_600_000 });
  onTestFinished(() => staying.stop());
  await stopping.stop();
  await vi.waitUntil(() => second.mock.calls.length === 1, { timeout: 60_000 });
  endless.resolve();
});

test('an order that may have arrived once stays handed over, though a later try surely did not', async () => {
  const product = await startProduct({ works: false });
  onTestFinished(() => product.stop());
  const { app } = product;
  const { id: subscriberId } = await newLine(app.db);
  const orderId = await addOrder(app, subscriberId);
  const where = { subscriberId_id: { subscriberId, id: orderId } };
  await app.db.serviceOrder.update({ where, data: { state: 'ACKNOWLEDGED', handedAt: app.clock.now() } });
  product.clock.advance({ minutes: 1 });
  const submit = vi.fn(async () => 'unreached' as const);
  const provisioning = { ...app.provisioning, look: async () => 'unknown' as const, submit };
  await stepNetworkOrder({ ...app, provisioning }, serviceOrders, { subscriberId, orderId });
  expect(submit).toHaveBeenCalledOnce();
  expect((await app.db.serviceOrder.findUniqueOrThrow({ where })).handedAt).not.toBeNull();
});
