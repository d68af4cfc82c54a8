import { Channel as Channels, ServiceOrderKind as Kinds } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { lineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { addOrderFields, ORDER_KEY, orderNamed } from '../orders/order-fields-schema.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { isCancellableByOwner } from './cancel-order.ts';
import { Service } from './catalogue-schema.ts';

export const ServiceOrderKind = builder.enumType('ServiceOrderKind', {
  description: 'Whether a service is added or removed.',
  values: Object.values(Kinds),
});

export const Channel = builder.enumType('Channel', {
  description: 'Who does it: the subscriber, a consultant of the operator’s support, or a partner app.',
  values: Object.values(Channels),
});

export const ServiceOrder = builder.prismaNode('ServiceOrder', {
  description: 'One activation or deactivation on its way through the network.',
  authScopes: ({ subscriberId }) => ({ line: subscriberId }),
  nullable: true,
  select: ORDER_KEY,
  id: { resolve: ({ subscriberId, id }) => lineKey(subscriberId, id), description: 'Names this order.' },
  findUnique: orderNamed,
  fields: (t) => ({
    kind: t.field({
      type: ServiceOrderKind,
      description: 'Adding or removing.',
      select: { kind: true },
      resolve: ({ kind }) => kind,
    }),
    service: t.field({
      type: Service,
      description: 'What the catalogue says of the service.',
      select: { serviceCode: true },
      resolve: ({ serviceCode }, _args, { app }) => app.catalogue.current().service(serviceCode)!,
    }),
    subscriber: t.relation('subscriber', { description: 'Whose line it is about.' }),
    channel: t.field({
      type: Channel,
      description: 'Who gave it.',
      select: { channel: true },
      resolve: ({ channel }) => channel,
    }),
    estimatedCompletionAt: t.expose('estimatedCompletionAt', {
      type: 'DateTime',
      nullable: true,
      description: 'By when the network normally has it done.',
    }),
    cancellable: t.boolean({
      description: 'Not yet handed to the network: queued, or waiting to try an unreached network again.',
      select: { state: true, handedAt: true, serviceCode: true },
      resolve: (order, _args, { app }) => isCancellableByOwner(app, order),
    }),
    late: t.boolean({
      description: 'Open for longer than it should take. The network is being asked; nothing need be done.',
      select: { createdAt: true, finishedAt: true },
      resolve: ({ createdAt, finishedAt }, _args, { app }) =>
        !finishedAt &&
        app.clock.now().getTime() - createdAt.getTime() > app.config.ORDER_LATE_MINUTES * 60_000,
    }),
  }),
});

addOrderFields(ServiceOrder, 'Held with the order, taken when it completes, let go when it does not.');

builder.prismaObjectField(Subscriber, 'serviceOrders', (t) =>
  t.relatedConnection(
    'serviceOrders',
    {
      description: 'Orders about this line’s services, newest first.',
      cursor: 'subscriberId_id',
      query: { where: OWN, orderBy: { id: 'desc' } },
      totalCount: true,
    },
    {
      name: 'ServiceOrderConnection',
      description: 'A page of service orders.',
      fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
    },
    { name: 'ServiceOrderEdge', description: 'An order in a page.' },
  ),
);
