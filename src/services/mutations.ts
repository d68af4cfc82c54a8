import type { ServiceOrderKind } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { NotFound, plainFailure } from '../graphql/failures.ts';
import { mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { ownLine } from '../graphql/viewer.ts';
import { askerOf, channelOf } from '../graphql/actor.ts';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.ts';
import { cancelServiceOrder } from './cancel-order.ts';
import { SERVICE_ORDER_REFUSALS, SupportOnly } from './failures-schema.ts';
import { orderAt } from '../orders/find-order.ts';
import { ServiceOrder } from './order-schema.ts';
import { type PlacedServiceOrder, placeServiceOrder } from './place-order.ts';

export const ServiceOrderAccepted = builder
  .objectRef<{ __typename: 'ServiceOrderAccepted'; subscriberId: string; orderId: string }>(
    'ServiceOrderAccepted',
  )
  .implement({
    description: 'The order is written down and will be carried out, whatever happens.',
    fields: (t) => ({
      order: t.prismaField({
        type: ServiceOrder,
        description: 'As it stands now: follow it with `serviceOrderUpdated`.',
        resolve: (query, order, _args, { app }) =>
          app.db.serviceOrder.findUniqueOrThrow({ ...query, where: orderAt(order) }),
      }),
    }),
  });

const ServiceOrderResult = builder.unionType('ServiceOrderResult', {
  description: 'The order, or why there is none.',
  types: [ServiceOrderAccepted, SupportOnly, ...SERVICE_ORDER_REFUSALS],
  resolveType: (result) => result.__typename,
});

const ServiceOrderInput = builder.inputType('ServiceOrderInput', {
  description: 'Which service to add or remove.',
  fields: (t) => ({
    serviceCode: t.string({ required: true, description: 'As in the catalogue.' }),
    idempotencyKey: t.id({
      required: true,
      description: KEY_DESCRIPTION,
    }),
  }),
});

function place(
  kind: ServiceOrderKind,
  input: { serviceCode: string; idempotencyKey: string },
  { app, viewer, language }: Context,
): Promise<PlacedServiceOrder> {
  const { serviceCode } = input;
  const subscriberId = ownLine(viewer)!;
  const keyed = {
    subscriberId,
    ...askerOf(app, viewer),
    mutation: kind === 'ACTIVATE' ? 'activateService' : 'deactivateService',
    key: idempotencyKey(input),
    input: { serviceCode },
  };
  return placeServiceOrder(app, {
    subscriberId,
    kind,
    serviceCode,
    channel: channelOf(viewer),
    keyed,
    language,
  });
}

builder.mutationFields((t) => ({
  activateService: t.field({
    type: ServiceOrderResult,
    description:
      'Adds a service to the line: accepted at once, carried out in the network, followed with `serviceOrderUpdated`.',
    authScopes: { $any: { subscriber: true, partner: 'services:write' } },
    args: { input: t.arg({ type: ServiceOrderInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, context) => place('ACTIVATE', input, context),
  }),
  deactivateService: t.field({
    type: ServiceOrderResult,
    description: 'Removes a service from the line, in the same way.',
    authScopes: { $any: { subscriber: true, partner: 'services:write' } },
    args: { input: t.arg({ type: ServiceOrderInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, context) => place('DEACTIVATE', input, context),
  }),
}));

const ServiceOrderCancelled = builder
  .objectRef<{ __typename: 'ServiceOrderCancelled'; subscriberId: string; orderId: string }>(
    'ServiceOrderCancelled',
  )
  .implement({
    description: 'The order is taken back; nothing was charged.',
    fields: (t) => ({
      order: t.prismaField({
        type: ServiceOrder,
        description: 'As it stands now.',
        resolve: (query, order, _args, { app }) =>
          app.db.serviceOrder.findUniqueOrThrow({ ...query, where: orderAt(order) }),
      }),
    }),
  });

const CancelServiceOrderResult = builder.unionType('CancelServiceOrderResult', {
  description: 'The cancelled order, or why it was not.',
  types: [
    ServiceOrderCancelled,
    NotFound,
    plainFailure('OrderNotCancellable', 'The network has it already, or it has come to its end.'),
  ],
  resolveType: (result) => result.__typename,
});

const CancelOrderInput = builder.inputType('CancelOrderInput', {
  description: 'Which order to take back.',
  fields: (t) => ({
    orderId: t.globalID({ for: ServiceOrder, required: true, description: 'The order’s id.' }),
  }),
});

builder.mutationField('cancelServiceOrder', (t) =>
  t.field({
    type: CancelServiceOrderResult,
    description: 'Takes back an order while it is `cancellable`; taking it back twice is fine.',
    authScopes: { $any: { subscriber: true, partner: 'services:write' } },
    args: { input: t.arg({ type: CancelOrderInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, { app, viewer }) => {
      const { subscriberId, key } = parseLineKey(input.orderId.id);
      if (!mayName(input.orderId, viewer)) return { __typename: 'NotFound' as const };
      return cancelServiceOrder(app, { subscriberId, orderId: key });
    },
  }),
);
