import type { EventKind, Language, OrderState } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import type { Reader } from '../ports/database.ts';

/** What every kind of order has, whatever else its table holds. */
export interface Order {
  subscriberId: string;
  id: string;
  state: OrderState;
  fee: MinorUnits;
  language: Language;
  createdAt: Date;
  finishedAt: Date | null;
}

/** States that an order still leaves. */
export const OPEN: readonly OrderState[] = ['ACKNOWLEDGED', 'IN_PROGRESS'];

interface OrderTable {
  updateMany(args: { where: object; data: object }): Promise<{ count: number }>;
}

/** The name of each kind's table, for statements that Prisma has no words for. */
export const TABLE_NAMES: Record<EventKind, string> = {
  SERVICE_ORDER: 'service_orders',
  TARIFF_CHANGE: 'tariff_changes',
  DETAIL_ORDER: 'detail_orders',
};

const tables = (db: Reader): Record<EventKind, unknown> => ({
  SERVICE_ORDER: db.serviceOrder,
  TARIFF_CHANGE: db.tariffChange,
  DETAIL_ORDER: db.detailOrder,
});

/** Changes one order if it is still as `where` says; whether it was. One statement decides among many at once. */
export async function changeOrder(
  db: Reader,
  kind: EventKind,
  { subscriberId, orderId }: OrderRef,
  where: object,
  data: object,
): Promise<boolean> {
  const table = tables(db)[kind] as OrderTable;
  const { count } = await table.updateMany({ where: { ...where, subscriberId, id: orderId }, data });
  return count > 0;
}
