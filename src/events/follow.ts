import { Prisma } from '../generated/prisma/client.ts';
import type { EventKind, OrderState } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import { eventsTopic } from './append.ts';
import { eventsAfter, type OrderEvent, PAGE } from './gathered-reads.ts';

type Parts = Pick<App, 'db' | 'log' | 'wakeUps'>;

const FINAL: readonly OrderState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

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

/**
 * A line's order events in order, with no gap and no repeat, until the reader stops. The table is read by number;
 * a wake-up only says when to look, so a reader that is slow is behind, and nothing piles up for it. Once it has begun,
 * it outlives a database that is away for a while.
 * @throws EventsExpired when `after` is older than what is kept, or ahead of all that happened
 */
export async function follow(app: Parts, wanted: Follow): Promise<AsyncGenerator<OrderEvent>> {
  const bell = new Bell();
  const stopListening = app.wakeUps.listen(eventsTopic(wanted.subscriberId), () => bell.ring());
  try {
    const start = await (wanted.after === undefined
      ? whereThingsStand(app, wanted)
      : since(app, wanted, wanted.after));
    const events = read(app, wanted, start, bell, stopListening);
    const stop = events.return.bind(events);
    // A generator that waits cannot be stopped from outside: it has to be woken first.
    events.return = (value) => {
      stopListening();
      bell.close();
      return stop(value);
    };
    return events;
  } catch (error) {
    stopListening();
    throw error;
  }
}

async function* read(
  app: Parts,
  wanted: Follow,
  start: Start,
  bell: Bell,
  done: () => void,
): AsyncGenerator<OrderEvent> {
  try {
    let { events, seq } = start;
    for (let looked = false; !bell.closed; looked = true) {
      for (const event of events) {
        yield event;
        if (endsStream(wanted, event)) return;
        seq = Math.max(seq, event.seq);
      }
      if (looked && events.length < PAGE) {
        if (wanted.over) return;
        await bell.rung();
      }
      events = await eventsAfter(app.db, { ...wanted, after: seq }).catch((err: unknown) => {
        if (wanted.over) throw err;
        app.log.warn({ err }, 'a stream could not look; it looks again when woken');
        return [];
      });
    }
  } finally {
    done();
  }
}

const endsStream = (wanted: Follow, event: OrderEvent): boolean =>
  wanted.orderId !== undefined && FINAL.includes(event.state);

/** Remembers being rung while nobody waits. */
class Bell {
  closed = false;
  #rung = true;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.ring();
  }

  async rung(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#rung = false;
    this.#wake = undefined;
  }
}

interface Start {
  events: OrderEvent[];
  /** What happens from here on has a greater number. */
  seq: number;
}

/** The last event of the named order, or of each open one, and the line's number, in one statement: one moment. */
async function whereThingsStand(
  app: Pick<App, 'db'>,
  { subscriberId, kind, orderId }: Follow,
): Promise<Start> {
  const which = orderId
    ? Prisma.sql`e.order_id = ${orderId}::uuid`
    : Prisma.sql`e.state NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')`;
  const rows = await app.db.$queryRaw<
    ({ lastEventSeq: number } & { [K in keyof OrderEvent]: OrderEvent[K] | null })[]
  >`
    SELECT s.last_event_seq AS "lastEventSeq", e.subscriber_id AS "subscriberId", e.seq, e.order_id AS "orderId",
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
    events: rows.filter((row): row is typeof row & OrderEvent => row.seq !== null),
    seq: rows[0]?.lastEventSeq ?? 0,
  };
}

/**
 * From a cursor on. Numbers have no gap, so that at one moment a missing next one means that it was cleared away:
 * hence one statement. A number that has not been reached is of a history that a restored backup undid.
 */
async function since(app: Pick<App, 'db'>, { subscriberId }: Follow, after: number): Promise<Start> {
  const [line] = await app.db.$queryRaw<{ expired: boolean }[]>`
    SELECT last_event_seq < ${after} OR last_event_seq > ${after} AND NOT EXISTS (
      SELECT 1 FROM events WHERE subscriber_id = ${subscriberId}::uuid AND seq = ${after + 1}
    ) AS expired
    FROM subscribers WHERE id = ${subscriberId}::uuid`;
  if (line?.expired) throw new EventsExpired();
  return { events: [], seq: after };
}
