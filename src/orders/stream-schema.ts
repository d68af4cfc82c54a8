import { decodeCursor, encodeCursor } from '../events/cursor.ts';
import { follow } from '../events/follow.ts';
import type { LineEvent } from '../events/news.ts';
import { EventsExpired } from '../events/start.ts';
import type { EventKind } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { ownLine } from '../graphql/viewer.ts';
import { findOrder } from './find-order.ts';
import { OrderState } from './state-schema.ts';

export const AFTER = 'A cursor of this subscriber’s: miss nothing since.';
export const STREAM =
  'First the last event of the named order, or of each open one, or, with `after`, everything since; then what happens, in order, with no gap and no repeat. For one named order it completes after its final state.';

/** What the events of every kind of order tell. */
export const orderEvent = (name: string, description: string) =>
  builder.objectRef<LineEvent>(name).implement({
    description,
    fields: (t) => ({
      cursor: t.string({
        description: 'The place of this event: hand it to `after` to go on from here.',
        resolve: ({ subscriberId, seq }, _args, { app }) => encodeCursor(app.secrets, subscriberId, seq),
      }),
      occurredAt: t.field({
        type: 'DateTime',
        description: 'When it happened.',
        resolve: ({ occurredAt }) => occurredAt,
      }),
      state: t.field({
        type: OrderState,
        description: 'What the order came to then.',
        resolve: ({ state }) => state,
      }),
    }),
  });

/** The events of the viewer's orders of a kind: of all of them, or of the one named. */
export async function followOrders(
  context: Context,
  kind: EventKind,
  id: { typename: string; id: string } | null | undefined,
  after: string | null | undefined,
): Promise<AsyncGenerator<LineEvent>> {
  const subscriberId = ownLine(context.viewer)!;
  const named = id ? await ownOrder(kind, id, context) : {};
  const place = placeOf(after, subscriberId, context);
  try {
    return await follow(context.app, { subscriberId, kind, after: place, ...named });
  } catch (error) {
    if (error instanceof EventsExpired) throw codedError('CURSOR_EXPIRED', error.message);
    throw error;
  }
}

/** The order that a stream is to follow, and whether anything can still happen to it. */
async function ownOrder(
  orderKind: EventKind,
  id: { typename: string; id: string },
  { app, viewer }: Context,
): Promise<{ orderId: string; over: boolean }> {
  const { subscriberId, key: orderId } = parseLineKey(id.id);
  const order = mayName(id, viewer) ? await findOrder(app.db, { orderKind, subscriberId, orderId }) : null;
  if (!order) throw codedError('NOT_FOUND', 'There is no such order.');
  return { orderId, over: order.finishedAt !== null };
}

function placeOf(
  after: string | null | undefined,
  subscriberId: string,
  { app }: Context,
): number | undefined {
  if (after == null) return undefined;
  const seq = decodeCursor(app.secrets, subscriberId, after);
  if (seq === undefined) throw codedError('BAD_USER_INPUT', 'This cursor was not given to this subscriber.');
  return seq;
}
