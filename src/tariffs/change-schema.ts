import { builder } from '../graphql/builder.ts';
import { Money, money } from '../graphql/money.ts';
import { lineKey, parseLineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { orderAt } from '../orders/find-order.ts';
import { failureOf, OrderFailure, OrderState } from '../orders/state-schema.ts';
import { AFTER, followOrders, orderEvent, STREAM } from '../orders/stream-schema.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { Tariff } from './schema.ts';

export const TariffChange = builder.prismaNode('TariffChange', {
  description: 'One change of tariff on its way through the network.',
  authScopes: ({ subscriberId }) => ({ line: subscriberId }),
  nullable: true,
  id: { resolve: ({ subscriberId, id }) => lineKey(subscriberId, id), description: 'Names this change.' },
  findUnique: (id) => {
    const { subscriberId, key } = parseLineKey(id);
    return orderAt({ subscriberId, orderId: key });
  },
  fields: (t) => ({
    fromTariff: t.field({
      type: Tariff,
      description: 'The tariff that the line leaves.',
      resolve: ({ fromTariffCode }, _args, { app }) => app.catalogue.current().tariff(fromTariffCode)!,
    }),
    toTariff: t.field({
      type: Tariff,
      description: 'The tariff that it takes.',
      resolve: ({ toTariffCode }, _args, { app }) => app.catalogue.current().tariff(toTariffCode)!,
    }),
    subscriber: t.relation('subscriber', { description: 'Whose line it is about.' }),
    state: t.field({ type: OrderState, description: 'Where it stands now.', resolve: ({ state }) => state }),
    fee: t.field({
      type: Money,
      description: 'The quote’s switch fee: held with the order, taken when it completes.',
      resolve: ({ fee }) => money(fee),
    }),
    failure: t.field({
      type: OrderFailure,
      nullable: true,
      description: 'Why it failed; null unless it did.',
      resolve: failureOf,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it came to its end; null while it is open.',
    }),
  }),
});

builder.prismaObjectField(Subscriber, 'tariffChanges', (t) =>
  t.relatedConnection(
    'tariffChanges',
    {
      description: 'This line’s changes of tariff, newest first.',
      cursor: 'subscriberId_id',
      query: { orderBy: { id: 'desc' } },
      totalCount: true,
    },
    {
      name: 'TariffChangeConnection',
      description: 'A page of changes of tariff.',
      fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
    },
    { name: 'TariffChangeEdge', description: 'A change in a page.' },
  ),
);

const TariffChangeEvent = orderEvent('TariffChangeEvent', 'Something that happened to a change of tariff.');

builder.objectField(TariffChangeEvent, 'change', (t) =>
  t.prismaField({
    type: TariffChange,
    description: 'The change as it is now.',
    resolve: (query, order, _args, { app }) =>
      app.db.tariffChange.findUniqueOrThrow({ ...query, where: orderAt(order) }),
  }),
);

builder.subscriptionField('tariffChangeUpdated', (t) =>
  t.field({
    type: TariffChangeEvent,
    description: STREAM,
    authScopes: { $any: { subscriber: true, partner: 'tariff:read' } },
    args: {
      changeId: t.arg.globalID({ for: TariffChange, description: 'Only this change.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { changeId, after }, context) =>
      followOrders(context, 'TARIFF_CHANGE', changeId, after),
    resolve: (event) => event,
  }),
);
