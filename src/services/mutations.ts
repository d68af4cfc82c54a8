import type { ServiceOrderKind } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { failureRef, NotFound, plainFailure, UserError } from '../graphql/failures.ts';
import { Money, money } from '../graphql/money.ts';
import { mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { ownLine } from '../graphql/viewer.ts';
import { Tariff, tariffsOf } from '../tariffs/schema.ts';
import { cancelServiceOrder } from './cancel-order.ts';
import { Service, servicesOf } from './catalogue-schema.ts';
import { orderAt, ServiceOrder } from './order-schema.ts';
import { type PlacedServiceOrder, placeServiceOrder } from './place-order.ts';

const MAX_KEY_LENGTH = 128;

const ServiceOrderAccepted = builder
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

const Order = builder.unionType('Order', {
  description: 'What a subscriber can order.',
  types: [ServiceOrder],
  resolveType: () => ServiceOrder,
});

const ServiceConflict = failureRef('ServiceConflict').implement({
  description: 'It does not go together with services that are on or being added.',
  interfaces: [UserError],
  fields: (t) => ({
    conflictsWith: t.field({
      type: [Service],
      description: 'Those that stand in the way.',
      resolve: ({ conflictsWith }, _args, context) => servicesOf(conflictsWith, context),
    }),
  }),
});

const ServiceRequires = failureRef('ServiceRequires').implement({
  description: 'It needs another service, of which none is on.',
  interfaces: [UserError],
  fields: (t) => ({
    requires: t.field({
      type: [Service],
      description: 'Any one of these will do.',
      resolve: ({ requires }, _args, context) => servicesOf(requires, context),
    }),
  }),
});

const ServiceRequiredBy = failureRef('ServiceRequiredBy').implement({
  description: 'Another service that is on, or being added, needs it.',
  interfaces: [UserError],
  fields: (t) => ({
    requiredBy: t.field({
      type: [Service],
      description: 'What would no longer work: remove it first.',
      resolve: ({ requiredBy }, _args, context) => servicesOf(requiredBy, context),
    }),
  }),
});

const ServiceUnavailableOnTariff = failureRef('ServiceUnavailableOnTariff').implement({
  description: 'The line’s tariff does not carry the service.',
  interfaces: [UserError],
  fields: (t) => ({
    tariffs: t.field({
      type: [Tariff],
      description: 'Tariffs that carry it.',
      resolve: ({ tariffs }, _args, context) => tariffsOf(tariffs, context),
    }),
  }),
});

const SupportOnly = failureRef('SupportOnly').implement({
  description: 'Support alone adds and removes it.',
  interfaces: [UserError],
  fields: (t) => ({
    supportPhone: t.field({
      type: 'PhoneNumber',
      description: 'Where to call.',
      resolve: (failure) => failure.supportPhone,
    }),
  }),
});

const InsufficientFunds = failureRef('InsufficientFunds').implement({
  description: 'There is too little on the account.',
  interfaces: [UserError],
  fields: (t) => ({
    available: t.field({
      type: Money,
      description: 'What is there and not held by open orders.',
      resolve: (f) => money(f.available),
    }),
    required: t.field({
      type: Money,
      description: 'What the order costs.',
      resolve: (f) => money(f.required),
    }),
  }),
});

const OrderInProgress = failureRef('OrderInProgress').implement({
  description: 'Another order is still on its way.',
  interfaces: [UserError],
  fields: (t) => ({
    order: t.field({
      type: Order,
      description: 'That order.',
      resolve: ({ subscriberId, orderId }, _args, { app }) =>
        app.db.serviceOrder.findUniqueOrThrow({ where: { subscriberId_id: { subscriberId, id: orderId } } }),
    }),
  }),
});

const ServiceOrderResult = builder.unionType('ServiceOrderResult', {
  description: 'The order, or why there is none.',
  types: [
    ServiceOrderAccepted,
    plainFailure('ServiceNotFound', 'The catalogue has no such service.'),
    plainFailure('ServiceAlreadyActive', 'It is on already.'),
    plainFailure('ServiceNotActive', 'It is not on.'),
    SupportOnly,
    ServiceConflict,
    ServiceRequires,
    ServiceRequiredBy,
    ServiceUnavailableOnTariff,
    InsufficientFunds,
    plainFailure('LineSuspended', 'The line is suspended.'),
    OrderInProgress,
    plainFailure('IdempotencyKeyReused', 'The key was used for something else.'),
  ],
  resolveType: (result) => result.__typename,
});

const ServiceOrderInput = builder.inputType('ServiceOrderInput', {
  description: 'Which service to add or remove.',
  fields: (t) => ({
    serviceCode: t.string({ required: true, description: 'As in the catalogue.' }),
    idempotencyKey: t.id({
      required: true,
      description:
        'Yours to make, 1 to 128 characters, new for each wish: repeating it within 7 days gives the same order.',
    }),
  }),
});

function place(
  kind: ServiceOrderKind,
  input: { serviceCode: string; idempotencyKey: string },
  { app, viewer, language }: Context,
): Promise<PlacedServiceOrder> {
  const { serviceCode, idempotencyKey } = input;
  if (!idempotencyKey || idempotencyKey.length > MAX_KEY_LENGTH)
    throw codedError('BAD_USER_INPUT', `An idempotency key has 1 to ${MAX_KEY_LENGTH} characters.`);
  const subscriberId = ownLine(viewer)!;
  return placeServiceOrder(app, {
    subscriberId,
    kind,
    serviceCode,
    idempotencyKey,
    language,
    channel: 'SELF_CARE',
    actor: 'self',
  });
}

builder.mutationFields((t) => ({
  activateService: t.field({
    type: ServiceOrderResult,
    description:
      'Adds a service to the line: accepted at once, carried out in the network, followed with `serviceOrderUpdated`.',
    authScopes: { subscriber: true },
    args: { input: t.arg({ type: ServiceOrderInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, context) => place('ACTIVATE', input, context),
  }),
  deactivateService: t.field({
    type: ServiceOrderResult,
    description: 'Removes a service from the line, in the same way.',
    authScopes: { subscriber: true },
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
    authScopes: { subscriber: true },
    args: { input: t.arg({ type: CancelOrderInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, { app, viewer }) => {
      const { subscriberId, key } = parseLineKey(input.orderId.id);
      if (!mayName(input.orderId, viewer)) return { __typename: 'NotFound' as const };
      return cancelServiceOrder(app, { subscriberId, orderId: key });
    },
  }),
);
