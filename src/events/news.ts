import type { EventModel as Event } from '../generated/prisma/models.ts';

/** What happened to an order of a line. The numbers of a line's events count those of all kinds. */
export type LineEvent = Pick<
  Event,
  'subscriberId' | 'seq' | 'kind' | 'orderId' | 'state' | 'progress' | 'occurredAt'
>;

/** An event as a wake-up brings it along. */
export const newsOf = (event: LineEvent): string => JSON.stringify(event);

/** The event that a wake-up brought; undefined for what is none, which has to be looked for in the table. */
export function eventOf(news: string): LineEvent | undefined {
  try {
    const event = JSON.parse(news) as LineEvent & { occurredAt: string };
    return Number.isSafeInteger(event.seq) ? { ...event, occurredAt: new Date(event.occurredAt) } : undefined;
  } catch {
    return undefined;
  }
}
