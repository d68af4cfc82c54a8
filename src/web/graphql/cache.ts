import {
  type Cache,
  cacheExchange,
  type Entity,
  type FieldInfo,
  type Resolver,
  type UpdateResolver,
} from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { possibleTypes } from '../../generated/operations.ts';
import { listsForgotten } from './reading-on.ts';

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

type Order = Entity & { createdAt: string };

interface OrderEvent {
  state: string;
  order?: Order;
  change?: Order;
}

/** What an order's event changes beside the order: its list if the order is new to that, and more once it has ended. */
const follow =
  (list: string, ...atEnd: string[]): UpdateResolver =>
  (result, _args, cache) => {
    const [event] = Object.values(result) as OrderEvent[];
    const order = event?.order ?? event?.change;
    if (!event || !order) return;
    if (isNews(cache, list, order)) forgetFields(cache, [list]);
    if (FINAL.includes(event.state)) forgetFields(cache, atEnd);
  };

/** The first page of a list that was read again has none behind it: they went on from where the old one ended. */
const beginAgain =
  (list: string): UpdateResolver =>
  (_result, { after }, cache) => {
    if (after) return;
    for (const [line, { fieldName, fieldKey, arguments: args }] of fieldsOfLine(cache))
      if (fieldName === list && args?.['after']) cache.invalidate(line, fieldKey);
  };

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];

function forgetFields(cache: Cache, fields: string[]): void {
  for (const [line, { fieldName, fieldKey }] of fieldsOfLine(cache))
    if (fields.includes(fieldName)) cache.invalidate(line, fieldKey);
  listsForgotten(fields);
}

/** Whether the order is newer than all that was read of a list. To one that nobody has read nothing is. */
function isNews(cache: Cache, list: string, order: Order): boolean {
  const pages = fieldsOfLine(cache)
    .filter(([, { fieldName }]) => fieldName === list)
    .map(([line, { fieldKey }]) => cache.resolve(line, fieldKey) as string | null | undefined)
    .filter((page) => typeof page === 'string');
  const known = pages
    .flatMap((page) => cache.resolve(page, 'edges') as string[])
    .map((edge) => cache.resolve(edge, 'node') as string);
  const key = cache.keyOfEntity(order);
  const isBefore = (node: string) => (cache.resolve(node, 'createdAt') as string) <= order.createdAt;
  return pages.length > 0 && known.every((node) => node !== key && isBefore(node));
}

function fieldsOfLine(cache: Cache): [line: string, field: FieldInfo][] {
  const line = cache.resolve('Query', 'me') as string | null;
  return line ? cache.inspectFields(line).map((field) => [line, field]) : [];
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
        changePassword: forget('sessions', 'detailOrders'),
      },
      Subscriber: {
        charges: beginAgain('charges'),
      },
      Subscription: {
        serviceOrderUpdated: follow('serviceOrders', 'charges', 'spending', 'tariffAdvice'),
        tariffChangeUpdated: follow('tariffChanges', 'charges', 'spending', 'tariffAdvice'),
        detailOrderUpdated: follow('detailOrders', 'charges', 'spending'),
      },
    },
  });
