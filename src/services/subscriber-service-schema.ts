import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Service as ServiceRow } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { READS_HOT } from '../graphql/hot-documents.ts';
import { Money, money } from '../graphql/money.ts';
import { lineKey, parseLineKey } from '../graphql/own-nodes.ts';
import { pageOf, TOTAL_COUNT } from '../graphql/page.ts';
import { selecting } from '../graphql/selecting.ts';
import { opensLine } from '../graphql/viewer.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { actionsOf, ServiceAction } from './action-schema.ts';
import { matchesSearch, Service, ServiceCategory } from './catalogue-schema.ts';
import { LINE, STANDINGS, standingsOf, wholeLine } from './line.ts';
import { type LineService, type Standings, statusOf, type SubscriberServiceStatus } from './rules.ts';
import { orderAt } from '../orders/find-order.ts';
import { ServiceOrder } from './order-schema.ts';

const STATUSES = ['NOT_CONNECTED', 'ACTIVATING', 'ACTIVE', 'DEACTIVATING'] as const;

const ServiceStatus = builder.enumType('SubscriberServiceStatus', {
  description: 'Where a service stands on a line: an open order shows as ACTIVATING or DEACTIVATING.',
  values: STATUSES,
});

const ref = builder.objectRef<Pick<LineService, 'service'> & { line: Standings }>('SubscriberService');

export const SubscriberService = builder.node(ref, {
  description: 'A service as one subscriber sees it, connected or not.',
  authScopes: ({ line }, context) => opensLine(context, line.id),
  id: {
    description: 'Names this service on this line.',
    resolve: ({ line, service }) => lineKey(line.id, service.code),
  },
  loadMany: (ids, context) => Promise.all(ids.map((id) => lineService(context, parseLineKey(id)))),
  fields: (t) => ({
    service: t.field({
      type: Service,
      description: 'What the catalogue says of it.',
      resolve: ({ service }) => service,
    }),
    status: t.field({
      type: ServiceStatus,
      description: 'Where it stands.',
      resolve: ({ line, service }) => statusOf(line, service.code),
    }),
    activeSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it has been on; null while it is not.',
      resolve: ({ line, service }) => wholeLine(line).active.get(service.code) ?? null,
    }),
    connectionFee: t.field({
      type: Money,
      description: 'What adding it costs on this line’s tariff.',
      resolve: ({ line, service }, _args, { app }) =>
        money(app.catalogue.current().terms(wholeLine(line).tariffCode, service).connectionFee),
    }),
    recurringFee: t.field({
      type: Money,
      description: 'What having it costs on this line’s tariff, per recurrence.',
      resolve: ({ line, service }, _args, { app }) =>
        money(app.catalogue.current().terms(wholeLine(line).tariffCode, service).recurringFee),
    }),
    actions: t.field({
      type: [ServiceAction],
      description: 'What may be done about it, through which channel, at what fee, and why not where not.',
      resolve: ({ line, service }, _args, context) => actionsOf({ line: wholeLine(line), service }, context),
    }),
    openOrder: t.prismaField({
      type: ServiceOrder,
      nullable: true,
      description: 'The order about it that has not come to its end.',
      extensions: READS_HOT,
      resolve: (query, { line, service }, _args, context, info) => {
        const order = wholeLine(line).openOrders.get(service.code);
        if (!order) return null;
        const where = orderAt({ subscriberId: line.id, orderId: order.id });
        return context.hotReads.order('ServiceOrder', context, info, { ...query, where }, (find) =>
          context.app.db.serviceOrder.findUnique(find),
        );
      },
    }),
  }),
});

/** All services that may stand so; where those that are on or under way are asked for, no others need a look. */
const within = (
  catalogue: Catalogue,
  line: Standings,
  statuses: readonly SubscriberServiceStatus[] | null | undefined,
): readonly ServiceRow[] =>
  !statuses || statuses.includes('NOT_CONNECTED')
    ? catalogue.services
    : catalogue.servicesWith(
        line.openOrders.size
          ? new Set([...line.active.keys(), ...line.openOrders.keys()])
          : line.active.keys(),
      );

/** One service on one line, read together with whatever else is asked of that line; null: there is no such thing. */
export async function lineService(
  { app, loaders }: Context,
  { subscriberId, key }: { subscriberId: string; key: string },
): Promise<LineService | null> {
  const service = app.catalogue.current().service(key);
  const line = service && (await loaders.lines.load(subscriberId));
  return line ? { line, service } : null;
}

/** What of a service on a line takes more than where the line's services stand. */
const OF_THE_LINE = ['activeSince', 'connectionFee', 'recurringFee', 'actions', 'openOrder'];

const Filter = builder.inputType('SubscriberServiceFilter', {
  description: 'Which of the services to show; what is left out does not narrow.',
  fields: (t) => ({
    status: t.field({ type: [ServiceStatus], description: 'Only those that stand so.' }),
    category: t.field({ type: [ServiceCategory], description: 'Only these categories.' }),
    search: t.string({ description: 'Only services with this in their name, description or code.' }),
  }),
});

builder.prismaObjectField(Subscriber, 'services', (t) =>
  t.connection(
    {
      type: SubscriberService,
      description: 'All services of the catalogue as they stand on this line.',
      args: { filter: t.arg({ type: Filter, description: 'Which of them.' }) },
      ...selecting(
        STANDINGS,
        LINE,
        OF_THE_LINE.map((field) => ['edges', 'node', field]),
      ),
      resolve: (subscriber, { filter, ...page }, { app, language }) => {
        const line = standingsOf(subscriber);
        const { status, category, search } = filter ?? {};
        const catalogue = app.catalogue.current();
        const services = within(catalogue, line, status).filter(
          (service) =>
            (status?.includes(statusOf(line, service.code)) ?? true) &&
            (category?.includes(service.category) ?? true) &&
            matchesSearch(service, search, language),
        );
        return pageOf(
          services.map((service) => ({ line, service })),
          ({ service }) => service.code,
          page,
          catalogue.services,
        );
      },
    },
    {
      name: 'SubscriberServiceConnection',
      description: 'A page of a line’s services.',
      fields: (c) => ({ totalCount: c.exposeInt('totalCount', { description: TOTAL_COUNT }) }),
    },
    { name: 'SubscriberServiceEdge', description: 'A service in a page.' },
  ),
);

builder.prismaObjectField(Subscriber, 'service', (t) =>
  t.field({
    type: SubscriberService,
    nullable: true,
    description: 'One service on this line; null: the catalogue has none by this code.',
    args: { code: t.arg.string({ required: true, description: 'As in the catalogue.' }) },
    ...selecting(
      STANDINGS,
      LINE,
      OF_THE_LINE.map((field) => [field]),
    ),
    resolve: (subscriber, { code }, { app }) => {
      const service = app.catalogue.current().service(code);
      return service ? { line: standingsOf(subscriber), service } : null;
    },
  }),
);

builder.prismaObjectField(ServiceOrder, 'subscriberService', (t) =>
  t.field({
    type: SubscriberService,
    description: 'The service on the line as it stands now.',
    select: { subscriberId: true, serviceCode: true },
    resolve: async ({ subscriberId, serviceCode }, _args, context) =>
      (await lineService(context, { subscriberId, key: serviceCode }))!,
  }),
);
