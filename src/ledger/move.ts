import type { LedgerCause, LedgerKind } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { Tx } from '../ports/database.ts';

export interface Movement {
  subscriberId: string;
  at: Date;
  /** Positive: put on the account; negative: taken from it. */
  amount: MinorUnits;
  kind: LedgerKind;
  cause: LedgerCause | null;
  causeId: string | null;
  /** Of a recurring fee: the first day that it is for. */
  period?: Date;
}

/**
 * Moves money: the one place where a balance changes, and never without a row that says why. A cause moves it once (a
 * recurring one once a period), by a unique index. What is of a time before the line's present owner is the former
 * one's affair. Called under the line's lock.
 */
export const move = (tx: Tx, movement: Movement): Promise<void> => moveAll(tx, [movement]);

/** The same for many, of whatever lines, in one statement. */
export async function moveAll(tx: Tx, movements: readonly Movement[]): Promise<void> {
  if (!movements.length) return;
  await tx.$executeRaw`
    WITH entries AS (
      INSERT INTO ledger_entries (subscriber_id, id, at, amount, kind, cause, cause_id, period, former_at)
      SELECT subscriber_id, uuidv7(), at, amount, kind, cause, cause_id, period,
        CASE WHEN at < owner_since THEN owner_since END
      FROM unnest(
        ${movements.map(({ subscriberId }) => subscriberId)}::uuid[], ${movements.map(({ at }) => at)}::timestamptz[],
        ${movements.map(({ amount }) => amount)}::bigint[], ${movements.map(({ kind }) => kind)}::"LedgerKind"[],
        ${movements.map(({ cause }) => cause)}::"LedgerCause"[],
        ${movements.map(({ causeId }) => causeId)}::text[],
        ${movements.map(({ period = null }) => period)}::date[])
        AS given (subscriber_id, at, amount, kind, cause, cause_id, period)
      JOIN subscribers ON subscribers.id = given.subscriber_id
      RETURNING subscriber_id, amount
    )
    UPDATE subscribers SET balance = balance + moved.amount
    FROM (SELECT subscriber_id, sum(amount) AS amount FROM entries GROUP BY subscriber_id) AS moved
    WHERE subscribers.id = moved.subscriber_id`;
}
