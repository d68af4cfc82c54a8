import { decodeCursor, encodeCursor } from '../events/cursor.ts';
import { EventsExpired, follow, type OrderEvent } from '../events/follow.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { ownLine } from '../graphql/viewer.ts';
import { orderAt, OrderState, ServiceOrder } from './order-schema.ts';

const ServiceOrderEvent = builder.objectRef<OrderEvent>('ServiceOrderEvent').implement({
  description: 'Something that happened to a service order.',
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
    order: t.prismaField({
      type: ServiceOrder,
      description: 'The order as it is now.',
      resolve: (query, order, _args, { app }) =>
        app.db.serviceOrder.findUniqueOrThrow({ ...query, where: orderAt(order) }),
    }),
  }),
});

builder.subscriptionField('serviceOrderUpdated', (t) =>
  t.field({
    type: ServiceOrderEvent,
    description:
      'First the last event of the named order, or of each open one, or, with `after`, everything since; then what happens, in order, with no gap and no repeat. For one named order it completes after its final state.',
    authScopes: { subscriber: true },
    args: {
      orderId: t.arg.globalID({ for: ServiceOrder, description: 'Only this order.' }),
      after: t.arg.string({ description: 'A cursor of this subscriber’s: miss nothing since.' }),
    },
    subscribe: async (_root, { orderId, after }, context) => {
      const subscriberId = ownLine(context.viewer)!;
      const named = orderId ? await ownOrder(orderId, context) : {};
      const place = placeOf(after, subscriberId, context);
      try {
        return await follow(context.app, { subscriberId, kind: 'SERVICE_ORDER', after: place, ...named });
      } catch (error) {
        if (error instanceof EventsExpired) throw codedError('CURSOR_EXPIRED', error.message);
        throw error;
      }
    },
    resolve: (event) => event,
  }),
);

/** The order that a stream is to follow, and whether anything can still happen to it. */
async function ownOrder(
  id: { typename: string; id: string },
  { app, viewer }: Context,
): Promise<{ orderId: string; over: boolean }> {
  const { subscriberId, key: orderId } = parseLineKey(id.id);
  const order = mayName(id, viewer)
    ? await app.db.serviceOrder.findUnique({ where: orderAt({ subscriberId, orderId }) })
    : null;
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
