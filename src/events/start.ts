import { Prisma } from '../generated/prisma/client.ts';
import type { EventKind } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { Step } from './heard.ts';
import type { LineEvent } from './news.ts';

export interface Follow {
  subscriberId: string;
  kind: EventKind;
  /** Only this order, and no further than its final state. */
  orderId?: string | undefined;
  /** Everything since this number; absent: first where things stand, then what happens. */
  after?: number | undefined;
  /** The named order has come to its end: what was said of it is all there is. */
  over?: boolean | undefined;
}

/** From the cursor on, events are no longer kept, or there never were any: it cannot be gone on from. */
export class EventsExpired extends Error {
  constructor() {
    super('Events since this cursor are no longer kept: subscribe again without `after`.');
  }
}

/** The last event of the named order, or of each open one, and the line's number, in one statement: one moment. */
export async function whereThingsStand(
  app: Pick<App, 'db'>,
  { subscriberId, kind, orderId }: Follow,
): Promise<Step> {
  const which = orderId
    ? Prisma.sql`e.order_id = ${orderId}::uuid`
    : Prisma.sql`e.state NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')`;
  const rows = await app.db.$queryRaw<
    ({ lastEventSeq: number } & { [K in keyof LineEvent]: LineEvent[K] | null })[]
  >`
    SELECT s.last_event_seq AS "lastEventSeq", e.subscriber_id AS "subscriberId", e.seq, e.kind::text, e.order_id AS "orderId",
           e.state::text, e.progress, e.occurred_at AS "occurredAt"
    FROM subscribers s
    LEFT JOIN (
      SELECT DISTINCT ON (order_id) * FROM events
      WHERE subscriber_id = ${subscriberId}::uuid AND kind = ${kind}::"EventKind"
      ORDER BY order_id, seq DESC
    ) e ON e.subscriber_id = s.id AND ${which}
    WHERE s.id = ${subscriberId}::uuid
    ORDER BY e.seq`;
  return {
    events: rows.filter((row): row is typeof row & LineEvent => row.seq !== null),
    seq: rows[0]?.lastEventSeq ?? 0,
    behind: false,
  };
}

/**
 * From a cursor on. Numbers have no gap, so that at one moment a missing one means that it was cleared away: hence one
 * statement. A number that has not been reached is of a history that a restored backup undid.
 */
export async function since(app: Pick<App, 'db'>, { subscriberId }: Follow, after: number): Promise<Step> {
  const [line] = await app.db.$queryRaw<{ expired: boolean }[]>`
    SELECT last_event_seq - ${after} <> (
      SELECT count(*) FROM events WHERE subscriber_id = ${subscriberId}::uuid AND seq > ${after}
    ) AS expired
    FROM subscribers WHERE id = ${subscriberId}::uuid`;
  if (line?.expired) throw new EventsExpired();
  return { events: [], seq: after, behind: true };
}
