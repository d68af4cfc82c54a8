import type { EventKind } from '../generated/prisma/enums.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { App } from '../ports/app.ts';
import type { Reader } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { changeOrder, TABLE_NAMES } from './order.ts';

/** An order that this worker has until `until`; after that another may take it up. */
export interface TakenUp extends OrderRef {
  until: Date;
  /** How often it has been taken up, this time included. */
  looks: number;
  /** Of the request that placed it: its worker goes on with that trace. */
  traceparent: string | null;
  /** Another worker may have it. */
  isLost: boolean;
}

type Parts = Pick<App, 'db' | 'clock'>;

/**
 * Takes up open orders whose time has come, new ones first, each for one worker for so long: who dies with it leaves it
 * to the others. One statement; rows that another worker is just taking are passed over.
 */
export async function takeUp(
  { db, clock }: Parts,
  kind: EventKind,
  { atMost, forMs }: { atMost: number; forMs: number },
): Promise<TakenUp[]> {
  const now = clock.now();
  const until = new Date(now.getTime() + forMs);
  const table = Prisma.raw(TABLE_NAMES[kind]);
  const rows = await db.$queryRaw<Omit<TakenUp, 'until' | 'isLost'>[]>`
    UPDATE ${table} AS taken SET looks = taken.looks + 1, next_look_at = ${until}
    FROM (
      SELECT subscriber_id, id FROM ${table} WHERE finished_at IS NULL AND next_look_at <= ${now}
      ORDER BY looks > 0, next_look_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE taken.subscriber_id = due.subscriber_id AND taken.id = due.id
    RETURNING taken.subscriber_id AS "subscriberId", taken.id AS "orderId", taken.looks, taken.traceparent`;
  return rows.map((row) => ({ ...row, until, isLost: false }));
}

/** Lets go of an order until its next look, unless a hint or another worker has set that meanwhile. */
export const putBack = (
  { db, clock }: Parts,
  kind: EventKind,
  taken: TakenUp,
  afterMs: number,
): Promise<boolean> =>
  changeOrder(
    db,
    kind,
    taken,
    { nextLookAt: taken.until },
    { nextLookAt: new Date(clock.now().getTime() + afterMs) },
  );

/** Keeps an order for longer, unless its time ran out and another worker has it. */
export async function keep(
  { db, clock }: Parts,
  kind: EventKind,
  taken: TakenUp,
  forMs: number,
): Promise<void> {
  const until = new Date(clock.now().getTime() + forMs);
  const kept = await changeOrder(db, kind, taken, { nextLookAt: taken.until }, { nextLookAt: until });
  if (kept) taken.until = until;
  else taken.isLost = true;
}

/** Has an order looked at now. */
export const lookNow = (
  { db, clock }: { db: Reader; clock: App['clock'] },
  kind: EventKind,
  ref: OrderRef,
): Promise<boolean> => changeOrder(db, kind, ref, { finishedAt: null }, { nextLookAt: clock.now() });
