import { SPENT_ON } from '../cost-control/spending.ts';
import type { UsageKind } from '../generated/prisma/enums.ts';
import { moveAll } from '../ledger/move.ts';
import { lockLines } from '../orders/lock-line.ts';
import type { Tx } from '../ports/database.ts';
import { MEGABYTE_B, MINUTE_S, type UsageRecord } from './record.ts';

/** What was used of one kind in one of a line's days, by one owner, by records that are new. */
interface Used {
  subscriberId: string;
  kind: UsageKind;
  cost: bigint;
  lastAt: Date;
  recordIds: string[];
}

/**
 * Adds records, with the totals of their days and months and what they cost, in the caller's transaction; one that is
 * there already is left out. Returns the names of those added. The months' parts of the table are there already.
 */
export async function addRecords(tx: Tx, records: readonly UsageRecord[]): Promise<Set<string>> {
  await lockLines(
    tx,
    records.map(({ subscriberId }) => subscriberId),
  );
  const used = await tx.$queryRaw<Used[]>`
    WITH added AS (
      INSERT INTO usage_records (subscriber_id, at, record_id, kind, peer, amount, cost)
      SELECT * FROM unnest(
        ${records.map(({ subscriberId }) => subscriberId)}::uuid[], ${records.map(({ at }) => at)}::timestamptz[],
        ${records.map(({ recordId }) => recordId)}::text[], ${records.map(({ kind }) => kind)}::"UsageKind"[],
        ${records.map(({ peer }) => peer)}::text[], ${records.map(({ amount }) => amount)}::bigint[],
        ${records.map(({ cost }) => cost)}::bigint[])
      ON CONFLICT DO NOTHING RETURNING *
    ), used AS (
      SELECT added.*, (at AT TIME ZONE time_zone)::date AS day, at < owner_since AS by_former,
        CASE kind WHEN 'CALL' THEN amount ELSE 0 END AS seconds,
        CASE kind WHEN 'CALL' THEN (amount + ${MINUTE_S - 1n}) / ${MINUTE_S} ELSE 0 END AS minutes,
        CASE kind WHEN 'SMS' THEN amount ELSE 0 END AS messages,
        CASE kind WHEN 'DATA' THEN amount ELSE 0 END AS bytes,
        CASE kind WHEN 'DATA' THEN (amount + ${MEGABYTE_B - 1n}) / ${MEGABYTE_B} ELSE 0 END AS megabytes
      FROM added JOIN subscribers ON subscribers.id = added.subscriber_id
    ), days AS (
      INSERT INTO usage_days AS t (subscriber_id, day, kind, records, seconds, minutes, messages, bytes, megabytes, cost)
      SELECT subscriber_id, day, kind, count(*), sum(seconds), sum(minutes), sum(messages), sum(bytes), sum(megabytes), sum(cost)
      FROM used GROUP BY subscriber_id, day, kind
      ON CONFLICT (subscriber_id, day, kind) DO UPDATE SET
        records = t.records + excluded.records, seconds = t.seconds + excluded.seconds,
        minutes = t.minutes + excluded.minutes, messages = t.messages + excluded.messages,
        bytes = t.bytes + excluded.bytes, megabytes = t.megabytes + excluded.megabytes, cost = t.cost + excluded.cost
    ), months AS (
      INSERT INTO usage_months AS t (subscriber_id, month, kind, records, seconds, minutes, messages, bytes, megabytes, cost)
      SELECT subscriber_id, date_trunc('month', day)::date, kind, count(*), sum(seconds), sum(minutes), sum(messages),
             sum(bytes), sum(megabytes), sum(cost)
      FROM used GROUP BY 1, 2, 3
      ON CONFLICT (subscriber_id, month, kind) DO UPDATE SET
        records = t.records + excluded.records, seconds = t.seconds + excluded.seconds,
        minutes = t.minutes + excluded.minutes, messages = t.messages + excluded.messages,
        bytes = t.bytes + excluded.bytes, megabytes = t.megabytes + excluded.megabytes, cost = t.cost + excluded.cost
    )
    SELECT subscriber_id AS "subscriberId", kind::text, sum(cost)::bigint AS cost, max(at) AS "lastAt",
           array_agg(record_id) AS "recordIds"
    FROM used GROUP BY subscriber_id, day, kind, by_former`;
  await moveAll(
    tx,
    used
      .filter(({ cost }) => cost > 0n)
      .map(({ subscriberId, kind, cost, lastAt }) => ({
        subscriberId,
        at: lastAt,
        amount: -cost,
        kind: SPENT_ON[kind],
        cause: null,
        causeId: null,
      })),
  );
  return new Set(
    used.flatMap(({ subscriberId, recordIds }) => recordIds.map((id) => `${subscriberId}/${id}`)),
  );
}
