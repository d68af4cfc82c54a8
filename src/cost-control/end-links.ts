import { endOrder } from '../orders/finish-order.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { statementEnding } from './statement-ending.ts';

type Parts = Pick<App, 'catalogue' | 'clock' | 'jobs' | 'wakeUps' | 'reach'>;

interface Which {
  subscriberId: string;
  /** Only this statement. */
  orderId?: string;
  /** Every statement that is under way, too, rather than those alone that are to be mailed. */
  allOpen?: boolean;
}

/**
 * Ends the links to a line's statements, all of them or of one; how many there were to end. One that is under way has no
 * link yet that anybody could know; it is called off, at no cost, if it was named, or is to be mailed: whoever ordered it
 * may be the one who is shut out.
 */
export async function endLinks(
  app: Parts,
  tx: Tx,
  { subscriberId, orderId, allOpen = orderId !== undefined }: Which,
): Promise<number> {
  await lockLine(tx, subscriberId);
  const asked = { subscriberId, linkEndedAt: null, ...(orderId ? { id: orderId } : {}) };
  const open = await tx.detailOrder.findMany({
    where: { ...asked, finishedAt: null, ...(allOpen ? {} : { delivery: 'EMAIL' }) },
  });
  for (const order of open) {
    const { progress } = order;
    await endOrder(app, tx, statementEnding, order, { state: 'CANCELLED', progress });
  }
  const { count } = await tx.detailOrder.updateMany({
    where: { ...asked, finishedAt: { not: null } },
    data: { linkEndedAt: app.clock.now() },
  });
  return count;
}
