import type pg from 'pg';
import { eventsTopic } from '../../src/events/append.ts';

/** As the worker would tell that an order has moved on, for many lines in one transaction. */
export async function oneEventEach(db: pg.Client, lines: readonly string[]): Promise<void> {
  await db.query(
    `WITH lines AS (
       UPDATE subscribers SET last_event_seq = last_event_seq + 1
       WHERE id = ANY ($1::uuid[]) RETURNING id, last_event_seq
     ), events AS (
       INSERT INTO events (subscriber_id, seq, kind, order_id, state, occurred_at)
       SELECT id, last_event_seq, 'SERVICE_ORDER', gen_random_uuid(), 'IN_PROGRESS', now() FROM lines
       RETURNING *
     )
     SELECT pg_notify('internet_assistant', $2 || subscriber_id || ' ' || jsonb_build_object('subscriberId', subscriber_id,
       'seq', seq, 'kind', kind, 'orderId', order_id, 'state', state, 'progress', progress, 'occurredAt', occurred_at))
     FROM events`,
    [lines, eventsTopic('')],
  );
}
