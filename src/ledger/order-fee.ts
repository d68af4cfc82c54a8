import type { LedgerCause, LedgerKind } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import type { Tx } from '../ports/database.ts';
import { move } from './move.ts';

/** What an order's fee is taken for. */
export interface FeeOf {
  spentOn: LedgerKind;
  cause: LedgerCause;
}

interface OrderFee extends FeeOf {
  subscriberId: string;
  orderId: string;
  fee: MinorUnits;
  at: Date;
}

/** Sets a fee aside when its order is accepted; it is then either taken or let go, once, in the order's transaction. */
export async function holdFee(tx: Tx, subscriberId: string, fee: MinorUnits): Promise<void> {
  if (fee > 0n)
    await tx.subscriber.update({ where: { id: subscriberId }, data: { held: { increment: fee } } });
}

export async function releaseFee(tx: Tx, subscriberId: string, fee: MinorUnits): Promise<void> {
  if (fee > 0n)
    await tx.subscriber.update({ where: { id: subscriberId }, data: { held: { decrement: fee } } });
}

export async function takeFee(tx: Tx, { fee, orderId, spentOn, ...entry }: OrderFee): Promise<void> {
  if (fee === 0n) return;
  await releaseFee(tx, entry.subscriberId, fee);
  await move(tx, { ...entry, amount: -fee, kind: spentOn, causeId: orderId });
}
