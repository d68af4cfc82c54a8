import { randomUUID } from 'node:crypto';
import type { TariffChangeModel as TariffChange } from '../generated/prisma/models.ts';
import { takeDueFees } from '../ledger/take-fees.ts';
import type { NetworkOrders } from '../orders/network-order.ts';
import type { ProvisioningItem } from '../ports/provisioning.ts';
import { sendNotice } from '../sms/jobs.ts';

/** How a change of tariff goes to the network, and what it changes on the line. */
export const tariffChanges: NetworkOrders<TariffChange> = {
  kind: 'TARIFF_CHANGE',
  feeOf: { spentOn: 'TARIFF_FEES', cause: 'TARIFF_CHANGE' },
  find: (db, { subscriberId, orderId }) =>
    db.tariffChange.findUnique({ where: { subscriberId_id: { subscriberId, id: orderId } } }),
  itemsOf: ({ toTariffCode, endsServices }) => [
    { action: 'change', tariffCode: toTariffCode },
    ...endsServices.map((serviceCode): ProvisioningItem => ({ action: 'remove', serviceCode })),
  ],
  carriedOut: async (app, tx, { subscriberId, toTariffCode, endsServices, language }) => {
    await takeDueFees(app, tx, subscriberId);
    await tx.subscriberService.deleteMany({ where: { subscriberId, serviceCode: { in: endsServices } } });
    await tx.subscriber.update({ where: { id: subscriberId }, data: { tariffCode: toTariffCode } });
    await app.jobs.enqueue(tx, sendNotice, {
      id: randomUUID(),
      subscriberId,
      notice: 'TARIFF_CHANGED',
      language,
    });
  },
};
