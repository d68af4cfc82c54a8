import { finishOrder } from '../orders/finish-order.ts';
import type { ServiceOrder } from '../generated/prisma/client.ts';
import { CANCELLABLE, isCancellable } from '../orders/network-order.ts';
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
  if (isForSupport(app, order)) return { __typename: 'OrderNotCancellable' };
  await app.reach('cancel/asked');
  await finishOrder(app, serviceOrders, order, { state: 'CANCELLED' }, CANCELLABLE);
  const { state } = (await serviceOrders.find(app.db, ref))!;
  return state === 'CANCELLED'
    ? { __typename: 'ServiceOrderCancelled', ...ref }
    : { __typename: 'OrderNotCancellable' };
}

/** Whether the line's owner may take an order back just now. */
export const isCancellableByOwner = (
  app: Pick<App, 'catalogue'>,
  order: Pick<ServiceOrder, 'state' | 'handedAt' | 'serviceCode'>,
): boolean => isCancellable(order) && !isForSupport(app, order);

/** What only support may order, only support may take back. */
const isForSupport = (
  { catalogue }: Pick<App, 'catalogue'>,
  { serviceCode }: { serviceCode: string },
): boolean => catalogue.current().service(serviceCode)?.supportOnly === true;
