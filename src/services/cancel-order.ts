import { finishOrder } from '../orders/finish-order.ts';
import { CANCELLABLE } from '../orders/network-order.ts';
import type { App } from '../ports/app.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import type { CancelFailure } from './errors.ts';
import { serviceOrders } from './service-orders.ts';

export type Cancelled = ({ __typename: 'ServiceOrderCancelled' } & OrderRef) | CancelFailure;

/** Takes back an order that the network has not been given. Cancelling it again succeeds again. */
export async function cancelServiceOrder(
  app: Pick<App, 'db' | 'catalogue' | 'clock' | 'jobs' | 'wakeUps' | 'reach'>,
  ref: OrderRef,
): Promise<Cancelled> {
  const order = await serviceOrders.find(app.db, ref);
  if (!order) return { __typename: 'NotFound' };
  await app.reach('cancel/asked');
  await finishOrder(app, serviceOrders, order, { state: 'CANCELLED' }, CANCELLABLE);
  const { state } = (await serviceOrders.find(app.db, ref))!;
  return state === 'CANCELLED'
    ? { __typename: 'ServiceOrderCancelled', ...ref }
    : { __typename: 'OrderNotCancellable' };
}
