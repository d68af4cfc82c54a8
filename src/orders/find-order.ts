import type { DetailOrder, ServiceOrder, TariffChange } from '../generated/prisma/client.ts';
import type { EventKind } from '../generated/prisma/enums.ts';
import type { Reader } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';

export type AnyOrder = ServiceOrder | TariffChange | DetailOrder;
/** An order of whatever kind, by name. */
export type AnyOrderRef = OrderRef & { orderKind: EventKind };

/** Where an order stands in its table. */
export const orderAt = ({ subscriberId, orderId }: OrderRef) => ({
  subscriberId_id: { subscriberId, id: orderId },
});

/** Orders by name, in the order that they were asked for, in one statement for each kind. */
export async function findOrders(db: Reader, refs: readonly AnyOrderRef[]): Promise<(AnyOrder | null)[]> {
  const named = (kind: EventKind) => {
    const ofKind = refs.filter(({ orderKind }) => orderKind === kind);
    const where = {
      subscriberId: { in: ofKind.map(({ subscriberId }) => subscriberId) },
      id: { in: ofKind.map(({ orderId }) => orderId) },
    };
    return ofKind.length ? { where } : undefined;
  };
  const [service, tariff, detail] = [named('SERVICE_ORDER'), named('TARIFF_CHANGE'), named('DETAIL_ORDER')];
  const found: AnyOrder[][] = await Promise.all([
    service ? db.serviceOrder.findMany(service) : [],
    tariff ? db.tariffChange.findMany(tariff) : [],
    detail ? db.detailOrder.findMany(detail) : [],
  ]);
  const byName = new Map(found.flat().map((order) => [`${order.subscriberId}/${order.id}`, order]));
  return refs.map(({ subscriberId, orderId }) => byName.get(`${subscriberId}/${orderId}`) ?? null);
}

export async function findOrder(db: Reader, ref: AnyOrderRef): Promise<AnyOrder | null> {
  return (await findOrders(db, [ref]))[0] ?? null;
}
