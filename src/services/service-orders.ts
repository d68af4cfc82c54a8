import type { ServiceOrderModel as ServiceOrder } from '../generated/prisma/models.ts';
import type { Tx } from '../ports/database.ts';
import type { NetworkOrders } from '../orders/network-order.ts';

/** How a service order goes to the network, and what it changes on the line. */
export const serviceOrders: NetworkOrders<ServiceOrder> = {
  kind: 'SERVICE_ORDER',
  feeOf: { spentOn: 'SERVICE_FEES', cause: 'SERVICE_ORDER' },
  find: (db, { subscriberId, orderId }) =>
    db.serviceOrder.findUnique({ where: { subscriberId_id: { subscriberId, id: orderId } } }),
  itemsOf: ({ kind, serviceCode }) => [{ action: kind === 'ACTIVATE' ? 'add' : 'remove', serviceCode }],
  carriedOut: (_app, tx, order, at) => switchService(tx, order, at),
};

async function switchService(
  tx: Tx,
  { subscriberId, serviceCode, kind }: ServiceOrder,
  at: Date,
): Promise<void> {
  const key = { subscriberId, serviceCode };
  if (kind === 'DEACTIVATE') await tx.subscriberService.deleteMany({ where: key });
  else await tx.subscriberService.create({ data: { ...key, activeSince: at } });
}
