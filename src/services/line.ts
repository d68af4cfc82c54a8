import type { ServiceOrder } from '../generated/prisma/client.ts';
import type { Reader } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import type { Line, OpenOrder } from './rules.ts';

/** What of a line the rules judge by, for many lines in two statements whatever their number. */
export async function readLines(db: Reader, subscriberIds: readonly string[]): Promise<Map<string, Line>> {
  const ids = [...subscriberIds];
  const [subscribers, openOrders] = await Promise.all([
    db.subscriber.findMany({
      where: { id: { in: ids } },
      select: { id: true, status: true, tariffCode: true, balance: true, held: true, services: true },
    }),
    db.serviceOrder.findMany({
      where: { subscriberId: { in: ids }, finishedAt: null },
      select: { subscriberId: true, id: true, serviceCode: true, kind: true },
    }),
  ]);
  const ordersOf = Map.groupBy(openOrders, (order) => order.subscriberId);
  return new Map(
    subscribers.map(({ id, status, tariffCode, balance, held, services }) => [
      id,
      {
        id,
        status,
        tariffCode,
        available: balance - held,
        active: new Map(services.map((service) => [service.serviceCode, service.activeSince])),
        openOrders: new Map(
          (ordersOf.get(id) ?? []).map((order): [string, OpenOrder] => [order.serviceCode, order]),
        ),
      },
    ]),
  );
}

/** Service orders by their ids, in one statement, in the order that they were asked for. */
export async function readServiceOrders(
  db: Reader,
  refs: readonly OrderRef[],
): Promise<(ServiceOrder | null)[]> {
  const rows = await db.serviceOrder.findMany({
    where: {
      subscriberId: { in: refs.map(({ subscriberId }) => subscriberId) },
      id: { in: refs.map(({ orderId }) => orderId) },
    },
  });
  return refs.map(
    (ref) =>
      rows.find(({ subscriberId, id }) => subscriberId === ref.subscriberId && id === ref.orderId) ?? null,
  );
}
