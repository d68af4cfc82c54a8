import DataLoader from 'dataloader';
import type { EventKind } from '../generated/prisma/enums.ts';
import type { Db } from '../ports/database.ts';
import type { LineEvent } from './news.ts';

/** So many events are read for a stream at a time. */
export const PAGE = 100;
/** Streams in one statement: some milliseconds' work. */
const AT_ONCE = 500;

/** What a stream looks for: a line's events of a kind after a number, or those of one order alone. */
export interface Look {
  subscriberId: string;
  kind: EventKind;
  orderId?: string | undefined;
  after: number;
}

const gathering = new WeakMap<Db, DataLoader<Look, LineEvent[]>>();

/**
 * The next events of a stream, in order. Streams that look at the same moment, since a wake-up told many of them or the
 * time has come for all, are answered by one statement.
 */
export function eventsAfter(db: Db, look: Look): Promise<LineEvent[]> {
  let loader = gathering.get(db);
  if (!loader) {
    loader = new DataLoader((looks) => readFor(db, looks), { cache: false, maxBatchSize: AT_ONCE });
    gathering.set(db, loader);
  }
  return loader.load(look);
}

type Row = LineEvent & { look: number };

async function readFor(db: Db, looks: readonly Look[]): Promise<LineEvent[][]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT look.n::int AS look, e.subscriber_id AS "subscriberId", e.seq, e.kind::text AS kind, e.order_id AS "orderId", e.state::text AS state,
           e.progress, e.occurred_at AS "occurredAt"
    FROM unnest(
      ${looks.map(({ subscriberId }) => subscriberId)}::uuid[], ${looks.map(({ kind }) => kind)}::text[],
      ${looks.map(({ orderId = '' }) => orderId)}::text[], ${looks.map(({ after }) => after)}::int[]
    ) WITH ORDINALITY AS look (subscriber_id, kind, order_id, after, n)
    CROSS JOIN LATERAL (
      SELECT * FROM events
      WHERE events.subscriber_id = look.subscriber_id AND events.seq > look.after
        AND events.kind = look.kind::"EventKind" AND (look.order_id = '' OR events.order_id::text = look.order_id)
      ORDER BY events.seq LIMIT ${PAGE}
    ) AS e
    ORDER BY look.n, e.seq`;
  const found = looks.map((): LineEvent[] => []);
  for (const { look, ...event } of rows) found[look - 1]!.push(event);
  return found;
}
