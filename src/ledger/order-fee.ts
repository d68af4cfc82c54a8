import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { MinorUnits } from '../money.ts';

/** A service order's fee: held with the order, then either taken or let go. Each is called once, in the order's transaction. */
export interface OrderFee {
  subscriberId: string;
  orderId: string;
  fee: MinorUnits;
}

export async function holdFee(tx: Tx, { subscriberId, fee }: OrderFee): Promise<void> {
  if (fee > 0n)
    await tx.subscriber.update({ where: { id: subscriberId }, data: { held: { increment: fee } } });
}

export async function releaseFee(tx: Tx, { subscriberId, fee }: OrderFee): Promise<void> {
  if (fee > 0n)
    await tx.subscriber.update({ where: { id: subscriberId }, data: { held: { decrement: fee } } });
}

/** The balance never moves without a row that says why. */
export async function takeFee(
  app: Pick<App, 'clock'>,
  tx: Tx,
  { subscriberId, orderId, fee }: OrderFee,
): Promise<void> {
  if (fee === 0n) return;
  await tx.ledgerEntry.create({
    data: { subscriberId, at: app.clock.now(), amount: -fee, kind: 'SERVICE_FEES', serviceOrderId: orderId },
  });
  await tx.subscriber.update({
    where: { id: subscriberId },
    data: { balance: { decrement: fee }, held: { decrement: fee } },
  });
}
