import type { Prisma } from '../generated/prisma/client.ts';
import type { Reader } from '../ports/database.ts';
import type { Line, OpenOrder, Standings } from './rules.ts';

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

/** Of that, what says where the line's services stand: all that most pages ask of them. */
export const STANDINGS = {
  id: true,
  services: { select: { serviceCode: true } },
  serviceOrders: { where: LINE.serviceOrders.where, select: { serviceCode: true, kind: true } },
} satisfies Prisma.SubscriberSelect;

type LineRow = Prisma.SubscriberGetPayload<{ select: typeof LINE }>;
type StandingsRow = Prisma.SubscriberGetPayload<{ select: typeof STANDINGS }>;

/** The same, for many lines in one statement whatever their number. */
export async function readLines(db: Reader, subscriberIds: readonly string[]): Promise<Map<string, Line>> {
  const rows = await db.subscriber.findMany({ where: { id: { in: [...subscriberIds] } }, select: LINE });
  return new Map(rows.map((row) => [row.id, lineOf(row)]));
}

/** Written out, as pages of fifty lines have it done fifty times. */
export function lineOf(row: LineRow): Line {
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

/** Of a row with `STANDINGS` selected, or with `LINE`: as much of the line as was read. */
export function standingsOf(row: object): Standings {
  const read = row as StandingsRow | LineRow;
  // What no field shows, and nothing but the whole selects
  if ('simChangedAt' in read) return lineOf(read);
  const active = new Set<string>();
  for (const { serviceCode } of read.services) active.add(serviceCode);
  const openOrders = new Map<string, Pick<OpenOrder, 'kind'>>();
  for (const order of read.serviceOrders) openOrders.set(order.serviceCode, order);
  return { id: read.id, active, openOrders };
}

/** The line, for what needs more of it than where its services stand, and has had that read. */
export function wholeLine(line: Standings): Line {
  if (!('openChange' in line)) throw new Error('Of this line only where its services stand was read');
  return line as Line;
}
