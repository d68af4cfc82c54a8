import type { PartnerScope } from './scopes.ts';

type Fields = Record<string, readonly PartnerScope[]>;

const needing = (scopes: readonly PartnerScope[], ...fields: string[]): Fields =>
  Object.fromEntries(fields.map((field) => [field, scopes]));
/** Fields that tell no more than the field that leads to them. */
const open = (...fields: string[]): Fields => needing([], ...fields);
const line = (...fields: string[]): Fields => needing(['line:read'], ...fields);
const services = (...fields: string[]): Fields => needing(['services:read'], ...fields);
const tariff = (...fields: string[]): Fields => needing(['tariff:read'], ...fields);
const spending = (...fields: string[]): Fields => needing(['spending:read'], ...fields);
const refusal = (...fields: string[]): Fields => open('code', 'message', ...fields);
const connection = open('edges', 'pageInfo', 'totalCount');
const edge = open('cursor', 'node');

/**
 * What a partner may ask for, and the scopes that each field needs. A field that is not here is not for partners: a
 * document with it cannot be registered. Itemised statements are not: who was called and when is more than `spending:read`
 * gives leave for, and no scope lets an app have one made.
 */
export const FIELD_SCOPES: Record<string, Fields> = {
  Query: open('identity', 'me', 'orderByKey', 'services', 'tariffs'),
  Mutation: {
    ...needing(['services:write'], 'activateService', 'deactivateService', 'cancelServiceOrder'),
    ...tariff('quoteTariffChange'),
    ...needing(['tariff:write'], 'changeTariff'),
  },
  Subscription: { ...services('serviceOrderUpdated'), ...tariff('tariffChangeUpdated') },

  Identity: open('kind', 'name', 'scopes'),
  Subscriber: {
    ...open('id', 'streamCursor'),
    ...line('fullName', 'phoneNumber', 'status', 'timeZone', 'balance', 'available'),
    ...services('services', 'service', 'serviceOrders'),
    ...tariff('tariff', 'tariffChanges'),
    // The advice tells what the line's usage costs
    ...needing(['tariff:read', 'spending:read'], 'tariffAdvice'),
    ...spending('spending', 'charges'),
  },

  // The catalogue is everybody's
  Service: open(
    'id',
    'code',
    'name',
    'description',
    'category',
    'connectionFee',
    'recurringFee',
    'recurrence',
    'supportOnly',
    'ussdCode',
    'requires',
    'conflictsWith',
  ),
  ServiceConnection: connection,
  ServiceEdge: edge,
  Tariff: open(
    'id',
    'code',
    'name',
    'description',
    'archived',
    'monthlyFee',
    'switchFee',
    'allowances',
    'rates',
  ),
  TariffConnection: connection,
  TariffEdge: edge,
  Allowance: open('kind', 'amount', 'unit'),
  UsageRate: open('kind', 'price', 'perUnits', 'unit'),

  SubscriberService: services(
    'id',
    'service',
    'status',
    'activeSince',
    'connectionFee',
    'recurringFee',
    'actions',
    'openOrder',
  ),
  SubscriberServiceConnection: connection,
  SubscriberServiceEdge: edge,
  ServiceAction: open('kind', 'channel', 'allowed', 'refusal', 'fee'),
  ServiceOrder: services(
    'id',
    'kind',
    'state',
    'service',
    'subscriberService',
    'channel',
    'fee',
    'failure',
    'createdAt',
    'finishedAt',
    'estimatedCompletionAt',
    'cancellable',
    'late',
  ),
  ServiceOrderConnection: connection,
  ServiceOrderEdge: edge,
  ServiceOrderAccepted: open('order'),
  ServiceOrderCancelled: open('order'),
  ServiceOrderEvent: open('cursor', 'occurredAt', 'state', 'order'),
  OrderFailure: open('code', 'message'),

  TariffAdvice: open(
    'tariff',
    'monthsReplayed',
    'currentMonthlyCost',
    'newMonthlyCost',
    'monthlySaving',
    'bestMonthSaving',
    'worstMonthSaving',
    'switchFee',
    'paybackMonths',
  ),
  TariffQuote: {
    ...open('id', 'tariff', 'switchFee', 'expiresAt', 'endsServices'),
    ...spending('advice'),
  },
  TariffChange: tariff('id', 'fromTariff', 'toTariff', 'state', 'fee', 'failure', 'createdAt', 'finishedAt'),
  TariffChangeConnection: connection,
  TariffChangeEdge: edge,
  TariffChangeAccepted: open('change'),
  TariffChangeEvent: open('cursor', 'occurredAt', 'state', 'change'),

  Spending: open('from', 'to', 'total', 'lines', 'dataCompleteThrough'),
  SpendingLine: open('kind', 'total', 'count'),
  Charge: open('id', 'at', 'amount', 'kind', 'description'),
  ChargeConnection: connection,
  ChargeEdge: edge,

  Money: open('amount', 'currency'),
  PageInfo: open('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'),

  UserError: refusal(),
  ServiceNotFound: refusal(),
  ServiceAlreadyActive: refusal(),
  ServiceNotActive: refusal(),
  SupportOnly: refusal('supportPhone'),
  ServiceConflict: refusal('conflictsWith'),
  ServiceRequires: refusal('requires'),
  ServiceRequiredBy: refusal('requiredBy'),
  ServiceUnavailableOnTariff: refusal('tariffs'),
  InsufficientFunds: { ...refusal('required'), ...line('available') },
  LineSuspended: refusal(),
  OrderNotCancellable: refusal(),
  OrderInProgress: refusal('order'),
  IdempotencyKeyReused: refusal(),
  RecentSimChange: refusal('until'),
  NotFound: refusal(),
  TariffNotFound: refusal(),
  TariffArchived: refusal(),
  SameTariff: refusal(),
  QuoteExpired: refusal(),
};
