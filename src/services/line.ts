import type { Prisma } from '../generated/prisma/client.ts';
import type { Reader } from '../ports/database.ts';
import type { Line, OpenOrder } from './rules.ts';

/** What of a line the rules judge by, as it is selected beside whatever else is read of the line. */
export const LINE = {
  id: true,
  status: true,
  tariffCode: true,
  timeZone: true,
  activatedAt: true,
  simChangedAt: true,
  balance: true,
  held: true,
  services: { select: { serviceCode: true, activeSince: true } },
  serviceOrders: { where: { finishedAt: null }, select: { id: true, serviceCode: true, kind: true } },
  tariffChanges: { where: { finishedAt: null }, select: { id: true } },
} satisfies Prisma.SubscriberSelect;

/** The same, for many lines in one statement whatever their number. */
export async function readLines(db: Reader, subscriberIds: readonly string[]): Promise<Map<string, Line>> {
  const rows = await db.subscriber.findMany({ where: { id: { in: [...subscriberIds] } }, select: LINE });
  return new Map(rows.map((row) => [row.id, lineOf(row)]));
}

export const lineOf = ({
  balance,
  held,
  services,
  serviceOrders,
  tariffChanges,
  ...line
}: Prisma.SubscriberGetPayload<{ select: typeof LINE }>): Line => ({
  ...line,
  available: balance - held,
  active: new Map(services.map((service) => [service.serviceCode, service.activeSince])),
  openOrders: new Map(serviceOrders.map((order): [string, OpenOrder] => [order.serviceCode, order])),
  openChange: tariffChanges[0]?.id ?? null,
});
