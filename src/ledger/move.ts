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
 * recurring one once a period), by a unique index. Called under the line's lock.
 */
export const move = (tx: Tx, movement: Movement): Promise<void> => moveAll(tx, [movement]);

/** The same for many, of whatever lines, in two statements. */
export async function moveAll(tx: Tx, movements: readonly Movement[]): Promise<void> {
  if (!movements.length) return;
  await tx.ledgerEntry.createMany({ data: [...movements] });
  await tx.$executeRaw`
    UPDATE subscribers SET balance = balance + moved.amount
    FROM (SELECT id, sum(amount) AS amount
          FROM unnest(${movements.map(({ subscriberId }) => subscriberId)}::uuid[],
                      ${movements.map(({ amount }) => amount)}::bigint[]) AS given (id, amount) GROUP BY id) AS moved
    WHERE subscribers.id = moved.id`;
}
