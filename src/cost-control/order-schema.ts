import { fromColumn } from '../calendar.ts';
import { DetailDelivery as Deliveries, DetailFormat as Formats } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { lineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { isOwner } from '../graphql/viewer.ts';
import { READS_HOT } from '../graphql/hot-documents.ts';
import { theEvent } from '../graphql/the-event.ts';
import { orderAt } from '../orders/find-order.ts';
import { addOrderFields, ORDER_KEY, orderNamed } from '../orders/order-fields-schema.ts';
import { AFTER, followOrders, orderEvent, STREAM } from '../orders/stream-schema.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { isLinked, linkTo } from './link.ts';

export const DetailFormat = builder.enumType('DetailFormat', {
  description: 'The kinds of file that a statement is made as.',
  values: Object.values(Formats),
});

export const DetailDelivery = builder.enumType('DetailDelivery', {
  description: 'How a statement is handed over.',
  values: Object.values(Deliveries),
});

export const DetailOrder = builder.prismaNode('DetailOrder', {
  description: 'An itemised statement of calls, messages and data, made as a file.',
  authScopes: ({ subscriberId }) => ({ line: subscriberId }),
  nullable: true,
  select: ORDER_KEY,
  id: {
    resolve: ({ subscriberId, id }) => lineKey(subscriberId, id),
    description: 'Names this order: hand it to `revoke` to end its link.',
  },
  findUnique: orderNamed,
  fields: (t) => ({
    from: t.field({
      type: 'Date',
      description: 'The first day of the period.',
      select: { from: true },
      resolve: ({ from }) => fromColumn(from),
    }),
    to: t.field({
      type: 'Date',
      description: 'The last day of it.',
      select: { to: true },
      resolve: ({ to }) => fromColumn(to),
    }),
    format: t.field({
      type: DetailFormat,
      description: 'As what file.',
      select: { format: true },
      resolve: ({ format }) => format,
    }),
    delivery: t.field({
      type: DetailDelivery,
      description: 'How it is handed over.',
      select: { delivery: true },
      resolve: ({ delivery }) => delivery,
    }),
    email: t.field({
      type: 'EmailAddress',
      nullable: true,
      description: 'Where it is mailed to; null where it is not, and for staff.',
      select: { email: true },
      resolve: ({ email, subscriberId }, _args, { viewer }) => (isOwner(viewer, subscriberId) ? email : null),
    }),
    subscriber: t.relation('subscriber', { description: 'Whose line it is about.' }),
    progress: t.exposeInt('progress', { description: '0 to 100.' }),
    recordCount: t.exposeInt('recordCount', {
      nullable: true,
      description: 'How many calls, messages and sessions are in it; null until it is made.',
    }),
    byteSize: t.exposeInt('byteSize', {
      nullable: true,
      description: 'The file’s size; null until it is made.',
    }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description: 'The file’s SHA-256 in hexadecimal; null until it is made.',
    }),
    downloadUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        'A link that opens without a further sign-in until it expires or its owner ends it (revoke, signOut(everywhere), a new password); null until the file is there, and for staff and partners.',
      select: { state: true, expiresAt: true, linkEndedAt: true },
      resolve: (order, _args, { app, viewer }) =>
        isOwner(viewer, order.subscriberId) && isLinked(order, app.clock.now())
          ? linkTo(app.config, app.secrets, { subscriberId: order.subscriberId, orderId: order.id })
          : null,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when the file is there; null until it is made, where that failed, and where its link was ended.',
      select: { state: true, expiresAt: true, linkEndedAt: true },
      resolve: ({ state, expiresAt, linkEndedAt }) => (state === 'FAILED' || linkEndedAt ? null : expiresAt),
    }),
    dataCompleteThrough: t.expose('dataCompleteThrough', {
      type: 'DateTime',
      nullable: true,
      description: 'Usage up to here was known when it was ordered.',
    }),
  }),
});

addOrderFields(DetailOrder, 'Held with the order, taken when it completes, let go when it does not.');

builder.prismaObjectField(Subscriber, 'detailOrders', (t) =>
  t.relatedConnection(
    'detailOrders',
    {
      description: 'Statements that were ordered, newest first.',
      cursor: 'subscriberId_id',
      query: { where: OWN, orderBy: { id: 'desc' } },
      totalCount: true,
    },
    {
      name: 'DetailOrderConnection',
      description: 'A page of statements.',
      fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
    },
    { name: 'DetailOrderEdge', description: 'A statement in a page.' },
  ),
);

const DetailOrderEvent = orderEvent('DetailOrderEvent', 'Something that happened to a statement.');

builder.objectFields(DetailOrderEvent, (t) => ({
  progress: t.int({
    description: 'What it had come to then, 0 to 100.',
    resolve: ({ progress }) => progress ?? 0,
  }),
  order: t.prismaField({
    type: DetailOrder,
    description: 'The order as it is now.',
    extensions: READS_HOT,
    resolve: (query, order, _args, context, info) =>
      context.hotReads.order('DetailOrder', context, info, { ...query, where: orderAt(order) }, (find) =>
        context.app.db.detailOrder.findUniqueOrThrow(find),
      ),
  }),
}));

builder.subscriptionField('detailOrderUpdated', (t) =>
  t.field({
    type: DetailOrderEvent,
    description: STREAM,
    authScopes: { subscriber: true },
    args: {
      orderId: t.arg.globalID({ for: DetailOrder, description: 'Only this statement.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { orderId, after }, context) => followOrders(context, 'DETAIL_ORDER', orderId, after),
    resolve: theEvent,
  }),
);
