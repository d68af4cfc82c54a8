import type { OrderState } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import { eventsTopic } from './append.ts';
import { eventsAfter, PAGE } from './gathered-reads.ts';
import { Heard, type Step } from './heard.ts';
import type { LineEvent } from './news.ts';
import { type Follow, since, whereThingsStand } from './start.ts';

type Parts = Pick<App, 'db' | 'log' | 'wakeUps'>;

const FINAL: readonly OrderState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * A line's order events in order, with no gap and no repeat, until the reader stops. Wake-ups bring them along; their
 * numbers tell whether one is missing, and what is missing is read from the table, so a reader that is slow is behind,
 * and nothing piles up for it. Once it has begun, it outlives a database that is away for a while.
 * @throws EventsExpired when `after` is older than what is kept, or ahead of all that happened
 */
export async function follow(app: Parts, wanted: Follow): Promise<AsyncGenerator<LineEvent>> {
  const heard = new Heard();
  const stopListening = app.wakeUps.listen(eventsTopic(wanted.subscriberId), (news) => heard.hear(news));
  try {
    const start = await (wanted.after === undefined
      ? whereThingsStand(app, wanted)
      : since(app, wanted, wanted.after));
    const events = read(app, wanted, start, heard, stopListening);
    const stop = events.return.bind(events);
    // A generator that waits cannot be stopped from outside: it has to be woken first.
    events.return = (value) => {
      stopListening();
      heard.close();
      return stop(value);
    };
    return events;
  } catch (error) {
    stopListening();
    throw error;
  }
}

async function* read(
  app: Parts,
  wanted: Follow,
  start: Step,
  heard: Heard,
  done: () => void,
): AsyncGenerator<LineEvent> {
  try {
    let { events, seq, behind } = start;
    for (;;) {
      for (const event of events) {
        if (!isFor(wanted, event)) continue;
        yield event;
        if (endsStream(wanted, event)) return;
      }
      if (heard.closed || (wanted.over && !behind)) return;
      if (!behind && !heard.ready) await heard.woken();
      ({ events, seq, behind } = behind ? await look(app, wanted, seq, heard) : heard.take(seq));
    }
  } finally {
    done();
  }
}

const isFor = ({ kind, orderId }: Follow, event: LineEvent): boolean =>
  event.kind === kind && (orderId === undefined || event.orderId === orderId);

const endsStream = ({ orderId }: Follow, { state }: LineEvent): boolean =>
  orderId !== undefined && FINAL.includes(state);

/** What the table has after that number; a table that cannot be read is looked at again when more is heard. */
async function look(app: Parts, wanted: Follow, seq: number, heard: Heard): Promise<Step> {
  const { newest } = heard;
  try {
    const events = await eventsAfter(app.db, { ...wanted, after: seq });
    const last = events.at(-1)?.seq ?? seq;
    return events.length < PAGE
      ? { events, seq: Math.max(last, newest), behind: false }
      : { events, seq: last, behind: true };
  } catch (err) {
    if (wanted.over) throw err;
    app.log.warn({ err }, 'a stream could not look; it looks again when woken');
    if (!heard.ready) await heard.woken();
    heard.take(seq);
    return { events: [], seq, behind: true };
  }
}
