import { builder } from '../graphql/builder.ts';
import { READS_HOT } from '../graphql/hot-documents.ts';
import { theEvent } from '../graphql/the-event.ts';
import { orderAt } from '../orders/find-order.ts';
import { AFTER, followOrders, orderEvent, STREAM } from '../orders/stream-schema.ts';
import { ServiceOrder } from './order-schema.ts';

const ServiceOrderEvent = orderEvent('ServiceOrderEvent', 'Something that happened to a service order.');

builder.objectField(ServiceOrderEvent, 'order', (t) =>
  t.prismaField({
    type: ServiceOrder,
    description: 'The order as it is now.',
    extensions: READS_HOT,
    resolve: (query, order, _args, context, info) =>
      context.hotReads.order('ServiceOrder', context, info, { ...query, where: orderAt(order) }, (find) =>
        context.app.db.serviceOrder.findUniqueOrThrow(find),
      ),
  }),
);

builder.subscriptionField('serviceOrderUpdated', (t) =>
  t.field({
    type: ServiceOrderEvent,
    description: STREAM,
    authScopes: { $any: { subscriber: true, partner: 'services:read' } },
    args: {
      orderId: t.arg.globalID({ for: ServiceOrder, description: 'Only this order.' }),
      after: t.arg.string({ description: AFTER }),
    },
    subscribe: (_root, { orderId, after }, context) => followOrders(context, 'SERVICE_ORDER', orderId, after),
    resolve: theEvent,
  }),
);
