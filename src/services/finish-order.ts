import { appendEvent } from '../events/append.ts';
import type { OrderFailureCode, OrderState } from '../generated/prisma/enums.ts';
import type { ServiceOrderModel as ServiceOrder } from '../generated/prisma/models.ts';
import { releaseFee, takeFee } from '../ledger/order-fee.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';

export type Outcome =
  | { state: 'COMPLETED' }
  | { state: 'FAILED'; failureCode: OrderFailureCode }
  | { state: 'CANCELLED' };

type Parts = Pick<App, 'db' | 'clock' | 'wakeUps'>;
type OrderKey = Pick<ServiceOrder, 'subscriberId' | 'id'>;

/** Moves an order on, unless another run was first. Guarded by the states that it may come from. */
export async function moveOrder(
  app: Pick<App, 'clock' | 'wakeUps'>,
  tx: Tx,
  { subscriberId, id }: OrderKey,
  from: readonly OrderState[],
  to: { state: OrderState; failureCode?: OrderFailureCode; finishedAt?: Date },
): Promise<boolean> {
  const { count } = await tx.serviceOrder.updateMany({
    where: { subscriberId, id, state: { in: [...from] } },
    data: to,
  });
  if (count)
    await appendEvent(app, tx, { subscriberId, kind: 'SERVICE_ORDER', orderId: id, state: to.state });
  return count > 0;
}

/** Ends an order once: its state, the service on the line, its fee and its event, together. False: it had ended. */
export function finishOrder(
  app: Parts,
  order: ServiceOrder,
  from: readonly OrderState[],
  outcome: Outcome,
): Promise<boolean> {
  return app.db.$transaction(async (tx) => {
    await lockLine(tx, order.subscriberId);
    const finishedAt = app.clock.now();
    if (!(await moveOrder(app, tx, order, from, { ...outcome, finishedAt }))) return false;
    const fee = { subscriberId: order.subscriberId, orderId: order.id, fee: order.fee };
    if (outcome.state !== 'COMPLETED') await releaseFee(tx, fee);
    else {
      await switchService(tx, order, finishedAt);
      await takeFee(app, tx, fee);
    }
    return true;
  });
}

async function switchService(
  tx: Tx,
  { subscriberId, serviceCode, kind }: ServiceOrder,
  at: Date,
): Promise<void> {
  const key = { subscriberId, serviceCode };
  if (kind === 'DEACTIVATE') await tx.subscriberService.deleteMany({ where: key });
  else await tx.subscriberService.create({ data: { ...key, activeSince: at } });
}
