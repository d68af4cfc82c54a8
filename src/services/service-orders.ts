import type { ServiceOrderModel as ServiceOrder } from '../generated/prisma/models.ts';
import { takeDueFees } from '../ledger/take-fees.ts';
import type { NetworkOrders } from '../orders/network-order.ts';

/** How a service order goes to the network, and what it changes on the line. */
export const serviceOrders: NetworkOrders<ServiceOrder> = {
  kind: 'SERVICE_ORDER',
  feeOf: { spentOn: 'SERVICE_FEES', cause: 'SERVICE_ORDER' },
  find: (db, { subscriberId, orderId }) =>
    db.serviceOrder.findUnique({ where: { subscriberId_id: { subscriberId, id: orderId } } }),
  itemsOf: ({ kind, serviceCode }) => [{ action: kind === 'ACTIVATE' ? 'add' : 'remove', serviceCode }],
  carriedOut: async (app, tx, { subscriberId, serviceCode, kind }, at) => {
    const key = { subscriberId, serviceCode };
    if (kind === 'ACTIVATE') await tx.subscriberService.create({ data: { ...key, activeSince: at } });
    else {
      await takeDueFees(app, tx, subscriberId);
      await tx.subscriberService.deleteMany({ where: key });
    }
  },
};
