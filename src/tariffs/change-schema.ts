import { builder } from '../graphql/builder.ts';
import { lineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { READS_HOT } from '../graphql/hot-documents.ts';
import { theEvent } from '../graphql/the-event.ts';
import { orderAt } from '../orders/find-order.ts';
import { addOrderFields, ORDER_KEY, orderNamed } from '../orders/order-fields-schema.ts';
import { AFTER, followOrders, orderEvent, STREAM } from '../orders/stream-schema.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { Tariff } from './schema.ts';

export const TariffChange = builder.prismaNode('TariffChange', {
  description: 'One change of tariff on its way through the network.',
  authScopes: ({ subscriberId }) => ({ line: subscriberId }),
  nullable: true,
  select: ORDER_KEY,
  id: { resolve: ({ subscriberId, id }) => lineKey(subscriberId, id), description: 'Names this change.' },
  findUnique: orderNamed,
  fields: (t) => ({
    fromTariff: t.field({
      type: Tariff,
      description: 'The tariff that the line leaves.',
      select: { fromTariffCode: true },
      resolve: ({ fromTariffCode }, _args, { app }) => app.catalogue.current().tariff(fromTariffCode)!,
    }),
    toTariff: t.field({
      type: Tariff,
      description: 'The tariff that it takes.',
      select: { toTariffCode: true },
      resolve: ({ toTariffCode }, _args, { app }) => app.catalogue.current().tariff(toTariffCode)!,
    }),
    subscriber: t.relation('subscriber', { description: 'Whose line it is about.' }),
  }),
});

addOrderFields(TariffChange, 'The quote’s switch fee: held with the order, taken when it completes.');

builder.prismaObjectField(Subscriber, 'tariffChanges', (t) =>
  t.relatedConnection(
    'tariffChanges',
    {
      description: 'This line’s changes of tariff, newest first.',
      cursor: 'subscriberId_id',
      query: { where: OWN, orderBy: { id: 'desc' } },
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
    extensions: READS_HOT,
    resolve: (query, order, _args, context, info) =>
      context.hotReads.order('TariffChange', context, info, { ...query, where: orderAt(order) }, (find) =>
        context.app.db.tariffChange.findUniqueOrThrow(find),
      ),
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
    resolve: theEvent,
  }),
);
