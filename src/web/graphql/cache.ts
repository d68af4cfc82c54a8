import { type Cache, cacheExchange, type Resolver, type UpdateResolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { possibleTypes } from '../../generated/operations.ts';

const embedded = () => null;

/** What belongs to the thing that it was read with, and is not known by a name of its own. */
const EMBEDDED = [
  'Allowance',
  'ChargeConnection',
  'ChargeEdge',
  'DetailOrderConnection',
  'DetailOrderEdge',
  'DetailOrderEvent',
  'MenuItem',
  'Money',
  'OrderFailure',
  'PageInfo',
  'PartnerUse',
  'PartnerUseConnection',
  'PartnerUseEdge',
  'ServiceAction',
  'ServiceOrderConnection',
  'ServiceOrderEdge',
  'ServiceOrderEvent',
  'Spending',
  'SpendingDay',
  'SpendingLine',
  'SubscriberServiceConnection',
  'SubscriberServiceEdge',
  'TariffAdvice',
  'TariffChangeConnection',
  'TariffChangeEdge',
  'TariffChangeEvent',
  'TariffConnection',
  'TariffEdge',
  'UsageRate',
];

/** Has fields of the line read again that a change has made longer, shorter or other. */
const forget =
  (...fields: string[]): UpdateResolver =>
  (_result, _args, cache) =>
    forgetFields(cache, fields);

/** The same once an order has come to its end. */
const forgetAtEnd =
  (...fields: string[]): UpdateResolver =>
  (result, _args, cache) => {
    const [event] = Object.values(result) as { state: string }[];
    if (event && FINAL.includes(event.state)) forgetFields(cache, fields);
  };

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];

function forgetFields(cache: Cache, fields: string[]): void {
  const line = cache.resolve('Query', 'me') as string | null;
  for (const { fieldName, fieldKey } of line ? cache.inspectFields(line) : [])
    if (fields.includes(fieldName)) cache.invalidate(line, fieldKey);
}

/**
 * Each thing once, by its id: an order's event makes its switch, the balance and the list of orders move together, and
 * nothing is asked for twice.
 */
export const openCache = () =>
  cacheExchange({
    possibleTypes,
    keys: Object.fromEntries(
      [...EMBEDDED, ...(possibleTypes['UserError'] ?? [])].map((type) => [type, embedded]),
    ),
    resolvers: {
      Query: { tariffs: relayPagination() as Resolver },
      PartnerGrant: { uses: relayPagination() as Resolver },
      Subscriber: Object.fromEntries(
        ['charges', 'detailOrders', 'serviceOrders', 'services', 'tariffChanges'].map((list) => [
          list,
          relayPagination() as Resolver,
        ]),
      ),
    },
    updates: {
      Mutation: {
        activateService: forget('serviceOrders'),
        deactivateService: forget('serviceOrders'),
        orderDetail: forget('detailOrders'),
        changeTariff: forget('tariffChanges'),
        revoke: forget('sessions', 'partnerGrants', 'detailOrders'),
        changePassword: forget('sessions'),
      },
      Subscription: {
        serviceOrderUpdated: forgetAtEnd('charges', 'spending', 'tariffAdvice'),
        tariffChangeUpdated: forgetAtEnd('charges', 'spending', 'tariffAdvice'),
        detailOrderUpdated: forgetAtEnd('charges', 'spending'),
      },
    },
  });
