import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';

/** Ends the links to a line's statements, all of them or of one; how many there were to end. */
export async function endLinks(
  { clock }: Pick<App, 'clock'>,
  tx: Tx,
  { subscriberId, orderId }: { subscriberId: string; orderId?: string },
): Promise<number> {
  const { count } = await tx.detailOrder.updateMany({
    where: { subscriberId, linkEndedAt: null, ...(orderId ? { id: orderId } : {}) },
    data: { linkEndedAt: clock.now() },
  });
  return count;
}
