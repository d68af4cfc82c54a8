import { fromColumn } from '../calendar.ts';
import type { LedgerEntry } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { Money, money } from '../graphql/money.ts';
import { lineKey, parseLineKey } from '../graphql/own-nodes.ts';
import { prismaTotalCount } from '../graphql/page.ts';
import { textIn } from '../messages/language.ts';
import { messagesIn } from '../messages/messages.ts';
import { DetailOrder } from '../cost-control/order-schema.ts';
import { ServiceOrder } from '../services/order-schema.ts';
import { lineService, SubscriberService } from '../services/subscriber-service-schema.ts';
import { SPENDING_KINDS } from '../statements/statement.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { TariffChange } from '../tariffs/change-schema.ts';
import { Tariff } from '../tariffs/schema.ts';
import type { LedgerKind } from '../generated/prisma/enums.ts';

type ChargeKind = Exclude<LedgerKind, 'TOP_UP'>;

export const SpendingKind = builder.enumType('SpendingKind', {
  description: 'What money is spent on.',
  values: SPENDING_KINDS,
});

type Cause = Awaited<ReturnType<typeof causeOf>>;

const ChargeCause = builder.unionType('ChargeCause', {
  description: 'What a charge was for.',
  types: [ServiceOrder, TariffChange, DetailOrder, SubscriberService, Tariff],
  resolveType: (cause) => {
    if ('line' in cause) return SubscriberService;
    if ('monthlyFee' in cause) return Tariff;
    if ('serviceCode' in cause) return ServiceOrder;
    return 'format' in cause ? DetailOrder : TariffChange;
  },
});

/** What an entry was for; null: usage, or a payment that was taken back. */
async function causeOf({ subscriberId, cause, causeId }: LedgerEntry, context: Context) {
  if (!cause || cause === 'TOP_UP') return null;
  if (cause === 'SUBSCRIBER_SERVICE') return lineService(context, { subscriberId, key: causeId! });
  if (cause === 'TARIFF') return context.app.catalogue.current().tariff(causeId!) ?? null;
  return context.loaders.orders.load({ orderKind: cause, subscriberId, orderId: causeId! });
}

/** What it was for in words: the service, tariff or order by name. */
function describe(kind: ChargeKind, cause: Cause, { app, language }: Context): string {
  const words = messagesIn(language);
  const catalogue = app.catalogue.current();
  if (cause === null) return words.charges[kind];
  if ('serviceCode' in cause) {
    const name = catalogue.service(cause.serviceCode)?.name ?? { ru: cause.serviceCode };
    return words.serviceOrder(cause.kind, textIn(language, name));
  }
  if ('toTariffCode' in cause)
    return words.tariffChange(textIn(language, catalogue.tariff(cause.toTariffCode)!.name));
  if ('format' in cause) return words.detailOrder(fromColumn(cause.from), fromColumn(cause.to));
  const { name } = 'line' in cause ? cause.service : cause;
  return `${words.charges[kind]}: ${textIn(language, name)}`;
}

const chargeKind = ({ kind }: LedgerEntry): ChargeKind => (kind === 'TOP_UP' ? 'OTHER' : kind);

/** Money taken, not a debt that a line came to us with. */
const TAKEN = { amount: { lt: 0 }, kind: { not: 'TOP_UP' as const }, ...OWN };

const Charge = builder.prismaNode('LedgerEntry', {
  name: 'Charge',
  description: 'Money taken from the account, with its cause.',
  authScopes: ({ subscriberId }) => ({ line: subscriberId }),
  nullable: true,
  id: { resolve: ({ subscriberId, id }) => lineKey(subscriberId, id), description: 'Names this charge.' },
  findUnique: (globalId) => {
    const { subscriberId, key: id } = parseLineKey(globalId);
    return { subscriberId_id: { subscriberId, id }, ...TAKEN };
  },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was taken.' }),
    amount: t.field({
      type: Money,
      description: 'How much was taken.',
      resolve: ({ amount }) => money(-amount),
    }),
    kind: t.field({ type: SpendingKind, description: 'Spent on what.', resolve: chargeKind }),
    cause: t.field({
      type: ChargeCause,
      nullable: true,
      description: 'What it was for; null: usage, or a payment that was taken back (`kind` OTHER).',
      resolve: (entry, _args, context) => causeOf(entry, context),
    }),
    description: t.string({
      description: 'For the person, in the language of the request.',
      resolve: async (entry, _args, context) =>
        describe(chargeKind(entry), await causeOf(entry, context), context),
    }),
  }),
});

builder.prismaObjectField(Subscriber, 'charges', (t) =>
  t.relatedConnection(
    'ledgerEntries',
    {
      type: Charge,
      description: 'Money taken from the account, the latest first. Money put on it is no charge.',
      cursor: 'subscriberId_id',
      query: { where: TAKEN, orderBy: [{ at: 'desc' }, { id: 'desc' }] },
      totalCount: true,
    },
    {
      name: 'ChargeConnection',
      description: 'A page of charges.',
      fields: (c) => ({ totalCount: c.int(prismaTotalCount) }),
    },
    { name: 'ChargeEdge', description: 'A charge in a page.' },
  ),
);
