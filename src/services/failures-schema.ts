import { failureRef, LineSuspended, plainFailure, UserError } from '../graphql/failures.ts';
import { Money, money } from '../graphql/money.ts';
import { Order } from '../orders/schema.ts';
import { Tariff, tariffsOf } from '../tariffs/schema.ts';
import { Service, servicesOf } from './catalogue-schema.ts';

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

export const SupportOnly = failureRef('SupportOnly').implement({
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

export const InsufficientFunds = failureRef('InsufficientFunds').implement({
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

export const OrderInProgress = failureRef('OrderInProgress').implement({
  description: 'Another order is still on its way.',
  interfaces: [UserError],
  fields: (t) => ({
    order: t.field({
      type: Order,
      description: 'That order.',
      resolve: async (failure, _args, { loaders }) => (await loaders.orders.load(failure))!,
    }),
  }),
});

const ServiceNotFound = plainFailure('ServiceNotFound', 'The catalogue has no such service.');
const ServiceAlreadyActive = plainFailure('ServiceAlreadyActive', 'It is on already.');
const ServiceNotActive = plainFailure('ServiceNotActive', 'It is not on.');
export const IdempotencyKeyReused = plainFailure(
  'IdempotencyKeyReused',
  'The key was used for something else.',
);

/** Why an order about a service is refused, whoever gives it. */
export const SERVICE_ORDER_REFUSALS = [
  ServiceNotFound,
  ServiceAlreadyActive,
  ServiceNotActive,
  ServiceConflict,
  ServiceRequires,
  ServiceRequiredBy,
  ServiceUnavailableOnTariff,
  InsufficientFunds,
  LineSuspended,
  OrderInProgress,
  IdempotencyKeyReused,
];
