import type { EventKind, OrderState } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { newsOf } from './news.ts';

export interface NewEvent {
  subscriberId: string;
  kind: EventKind;
  orderId: string;
  state: OrderState;
  /** Of a detail order, 0 to 100. */
  progress?: number;
}

/** The wake-up topic of one line's events. */
export const eventsTopic = (subscriberId: string): string => `events/${subscriberId}`;

/**
 * Writes down, in the caller's transaction, what happens to an order. The number is taken under the line's row
 * lock, so that a line's events become visible in the order of their numbers, without a gap.
 */
export async function appendEvent(
  app: Pick<App, 'clock' | 'wakeUps'>,
  tx: Tx,
  event: NewEvent,
): Promise<void> {
  const { lastEventSeq } = await tx.subscriber.update({
    where: { id: event.subscriberId },
    data: { lastEventSeq: { increment: 1 } },
    select: { lastEventSeq: true },
  });
  const { progress = null } = event;
  const data = { ...event, progress, seq: lastEventSeq, occurredAt: app.clock.now() };
  await tx.event.create({ data });
  await app.wakeUps.notify(tx, eventsTopic(event.subscriberId), newsOf(data));
}
