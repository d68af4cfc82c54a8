import type { EventKind } from '../generated/prisma/enums.ts';
import type { ServiceOrder as ServiceOrderRow } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { codedError } from '../graphql/errors.ts';
import { ownLine, type Viewer } from '../graphql/viewer.ts';
import type { Reader } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { ServiceOrder } from '../services/order-schema.ts';
import { orderUnder, SELF, staffActor } from './idempotency.ts';

const MAX_KEY_LENGTH = 128;
export const KEY_DESCRIPTION =
  'Yours to make, 1 to 128 characters, new for each wish: repeating it within 7 days gives the same order.';

/** The key in a mutation's input, if it can be one. */
export function idempotencyKey({ idempotencyKey: key }: { idempotencyKey: string }): string {
  if (!key || key.length > MAX_KEY_LENGTH)
    throw codedError('BAD_USER_INPUT', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`);
  return key;
}

export const Order = builder.unionType('Order', {
  description: 'What a subscriber can order.',
  types: [ServiceOrder],
  resolveType: () => ServiceOrder,
});

/** An order of whatever kind. */
export function findOrder(
  db: Reader,
  { subscriberId, orderId }: OrderRef & { orderKind: EventKind },
): Promise<ServiceOrderRow | null> {
  const where = { subscriberId_id: { subscriberId, id: orderId } };
  return db.serviceOrder.findUnique({ where });
}

/** Whose keys a viewer's are: a subscriber's count for their own line, a member of staff's for every line. */
function giverOf(viewer: Viewer): { actor: string; subscriberId?: string } {
  const subscriberId = ownLine(viewer);
  if (subscriberId) return { actor: SELF, subscriberId };
  return { actor: staffActor(viewer.kind === 'STAFF' ? viewer.subject : '') };
}

builder.queryField('orderByKey', (t) =>
  t.field({
    type: Order,
    nullable: true,
    description:
      'What became of a request whose answer was lost: the order accepted under this idempotency key, if any.',
    authScopes: { $any: { subscriber: true, support: true } },
    args: {
      idempotencyKey: t.arg.id({ required: true, description: 'The key that the request was sent with.' }),
    },
    resolve: async (_root, args, { app, viewer }) => {
      const found = await orderUnder(app, { ...giverOf(viewer), key: idempotencyKey(args) });
      return found && findOrder(app.db, found);
    },
  }),
);
