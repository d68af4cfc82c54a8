import { decodeCursor, encodeCursor } from '../events/cursor.ts';
import { EventsExpired, follow, type OrderEvent } from '../events/follow.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { parseLineKey } from '../graphql/own-nodes.ts';
import { ownLine } from '../graphql/viewer.ts';
import { OrderState, ServiceOrder } from './order-schema.ts';

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
      resolve: (query, { subscriberId, orderId }, _args, { app }) =>
        app.db.serviceOrder.findUniqueOrThrow({
          ...query,
          where: { subscriberId_id: { subscriberId, id: orderId } },
        }),
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
    subscribe: (_root, { orderId, after }, context) => {
      const subscriberId = ownLine(context.viewer)!;
      const wanted = {
        subscriberId,
        kind: 'SERVICE_ORDER' as const,
        orderId: ownOrder(orderId?.id, subscriberId),
      };
      return inContract(follow(context.app, { ...wanted, after: placeOf(after, subscriberId, context) }));
    },
    resolve: (event) => event,
  }),
);

function ownOrder(id: string | undefined, subscriberId: string): string | undefined {
  if (id === undefined) return undefined;
  const parsed = parseLineKey(id);
  if (parsed.subscriberId !== subscriberId) throw codedError('NOT_FOUND', 'There is no such order.');
  return parsed.key;
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

/** Lets the stream's own fault reach the client under its code. */
function inContract(events: AsyncGenerator<OrderEvent>): AsyncGenerator<OrderEvent> {
  const next = events.next.bind(events);
  events.next = async () => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof EventsExpired)
        throw codedError(
          'CURSOR_EXPIRED',
          'Events since this cursor are no longer kept: subscribe again without `after`.',
        );
      throw error;
    }
  };
  return events;
}
