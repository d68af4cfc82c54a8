import type { App } from '../ports/app.ts';
import type { CancelFailure } from './errors.ts';
import { finishOrder } from './finish-order.ts';

export type Cancelled =
  | { __typename: 'ServiceOrderCancelled'; subscriberId: string; orderId: string }
  | CancelFailure;

/** Takes back an order that the network has not been given. Cancelling it again succeeds again. */
export async function cancelServiceOrder(
  app: Pick<App, 'db' | 'clock' | 'wakeUps'>,
  { subscriberId, orderId }: { subscriberId: string; orderId: string },
): Promise<Cancelled> {
  const where = { subscriberId_id: { subscriberId, id: orderId } };
  const order = await app.db.serviceOrder.findUnique({ where });
  if (!order) return { __typename: 'NotFound' };
  await finishOrder(app, order, ['ACKNOWLEDGED'], { state: 'CANCELLED' });
  const { state } = await app.db.serviceOrder.findUniqueOrThrow({ where, select: { state: true } });
  return state === 'CANCELLED'
    ? { __typename: 'ServiceOrderCancelled', subscriberId, orderId }
    : { __typename: 'OrderNotCancellable' };
}
