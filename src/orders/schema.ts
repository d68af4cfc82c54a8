import { builder } from '../graphql/builder.ts';
import { idempotencyKey } from '../graphql/idempotency-key.ts';
import { ownLine, type Viewer } from '../graphql/viewer.ts';
import { actorOf } from '../graphql/actor.ts';
import { DetailOrder } from '../cost-control/order-schema.ts';
import { ServiceOrder } from '../services/order-schema.ts';
import { TariffChange } from '../tariffs/change-schema.ts';
import { findOrder } from './find-order.ts';
import { orderUnder } from './idempotency.ts';

export const Order = builder.unionType('Order', {
  description: 'What a subscriber can order.',
  types: [ServiceOrder, TariffChange, DetailOrder],
  resolveType: (order) => {
    if ('serviceCode' in order) return ServiceOrder;
    return 'format' in order ? DetailOrder : TariffChange;
  },
});

/** Whose keys a viewer's are: a subscriber's and a partner's count for one line, a member of staff's for every line. */
function giverOf(viewer: Viewer): { actor: string; subscriberId?: string } {
  const subscriberId = ownLine(viewer);
  return { actor: actorOf(viewer), ...(subscriberId ? { subscriberId } : {}) };
}

builder.queryField('orderByKey', (t) =>
  t.field({
    type: Order,
    nullable: true,
    description:
      'What became of a request whose answer was lost: the order accepted under this idempotency key, if any.',
    authScopes: { $any: { subscriber: true, support: true, anyPartner: true } },
    args: {
      idempotencyKey: t.arg.id({ required: true, description: 'The key that the request was sent with.' }),
    },
    resolve: async (_root, args, { app, viewer }) => {
      const found = await orderUnder(app, { ...giverOf(viewer), key: idempotencyKey(args) });
      return found && findOrder(app.db, found);
    },
  }),
);
