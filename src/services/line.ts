import type { Reader } from '../ports/database.ts';
import type { Line, OpenOrder } from './rules.ts';

/** What of a line the rules judge by, for many lines in two statements whatever their number. */
export async function readLines(db: Reader, subscriberIds: readonly string[]): Promise<Map<string, Line>> {
  const ids = [...subscriberIds];
  const [subscribers, openOrders] = await Promise.all([
    db.subscriber.findMany({
      where: { id: { in: ids } },
      select: {
        id: true,
        status: true,
        tariffCode: true,
        timeZone: true,
        activatedAt: true,
        simChangedAt: true,
        balance: true,
        held: true,
        services: true,
        tariffChanges: { where: { finishedAt: null }, select: { id: true } },
      },
    }),
    db.serviceOrder.findMany({
      where: { subscriberId: { in: ids }, finishedAt: null },
      select: { subscriberId: true, id: true, serviceCode: true, kind: true },
    }),
  ]);
  const ordersOf = Map.groupBy(openOrders, (order) => order.subscriberId);
  return new Map(
    subscribers.map(({ balance, held, services, tariffChanges, ...line }) => [
      line.id,
      {
        ...line,
        available: balance - held,
        active: new Map(services.map((service) => [service.serviceCode, service.activeSince])),
        openOrders: new Map(
          (ordersOf.get(line.id) ?? []).map((order): [string, OpenOrder] => [order.serviceCode, order]),
        ),
        openChange: tariffChanges[0]?.id ?? null,
      },
    ]),
  );
}
