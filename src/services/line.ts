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
  ownerSince: true,
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

/** Written out, as pages of fifty lines have it done fifty times. */
export function lineOf(row: Prisma.SubscriberGetPayload<{ select: typeof LINE }>): Line {
  const active = new Map<string, Date>();
  for (const { serviceCode, activeSince } of row.services) active.set(serviceCode, activeSince);
  const openOrders = new Map<string, OpenOrder>();
  for (const order of row.serviceOrders) openOrders.set(order.serviceCode, order);
  return {
    id: row.id,
    status: row.status,
    tariffCode: row.tariffCode,
    timeZone: row.timeZone,
    activatedAt: row.activatedAt,
    simChangedAt: row.simChangedAt,
    ownerSince: row.ownerSince,
    available: row.balance - row.held,
    active,
    openOrders,
    openChange: row.tariffChanges[0]?.id ?? null,
  };
}
