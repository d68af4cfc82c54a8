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
export async function move(tx: Tx, movement: Movement): Promise<void> {
  const { subscriberId, amount } = movement;
  await tx.ledgerEntry.create({ data: movement });
  await tx.subscriber.update({ where: { id: subscriberId }, data: { balance: { increment: amount } } });
}
