import { builder } from '../graphql/builder.ts';
import { LineSuspended, NotFound, plainFailure } from '../graphql/failures.ts';
import { Money, money } from '../graphql/money.ts';
import { lineKey, mayName, parseLineKey } from '../graphql/own-nodes.ts';
import { askerOf } from '../graphql/actor.ts';
import { ownLine } from '../graphql/viewer.ts';
import { orderAt } from '../orders/find-order.ts';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.ts';
import { servicesOf, Service } from '../services/catalogue-schema.ts';
import {
  IdempotencyKeyReused,
  InsufficientFunds,
  OrderInProgress,
  SupportOnly,
} from '../services/failures-schema.ts';
import { RecentSimChange } from '../subscriber/failures-schema.ts';
import { TariffAdvice } from './advice-schema.ts';
import { adviseOn } from './advise.ts';
import { TariffChange } from './change-schema.ts';
import { changeTariff } from './change-tariff.ts';
import { quoteTariffChange } from './quote-change.ts';
import { Tariff } from './schema.ts';

/** As many of the last months as `tariffAdvice` takes unless told. */
const ADVICE_MONTHS = 3;

const TariffQuote = builder.prismaNode('TariffQuote', {
  description: 'The price of a change of tariff, held for a while. Nothing is ordered by it.',
  authScopes: ({ subscriberId }) => ({ acting: subscriberId }),
  nullable: true,
  id: {
    resolve: ({ subscriberId, id }) => lineKey(subscriberId, id),
    description: 'Hand it to `changeTariff`.',
  },
  findUnique: (globalId) => {
    const { subscriberId, key: id } = parseLineKey(globalId);
    return { subscriberId_id: { subscriberId, id } };
  },
  fields: (t) => ({
    tariff: t.field({
      type: Tariff,
      description: 'The tariff that it is for.',
      resolve: ({ tariffCode }, _args, { app }) => app.catalogue.current().tariff(tariffCode)!,
    }),
    switchFee: t.field({
      type: Money,
      description: 'What the change costs, once.',
      resolve: ({ switchFee }) => money(switchFee),
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it holds.' }),
    advice: t.field({
      type: TariffAdvice,
      nullable: true,
      description: 'How the tariff would have done for this line; null: no usage to replay.',
      resolve: async ({ subscriberId, tariffCode }, _args, { app, loaders }) => {
        const line = await loaders.lines.load(subscriberId);
        const tariff = app.catalogue.current().tariff(tariffCode);
        const [advice] = line && tariff ? await adviseOn(app, line, ADVICE_MONTHS, [tariff]) : [];
        return advice ?? null;
      },
    }),
    endsServices: t.field({
      type: [Service],
      description: 'Services that the new tariff does not carry and that the change would end.',
      resolve: ({ endsServices }, _args, context) => servicesOf(endsServices, context),
    }),
  }),
});

const QuoteTariffChangeResult = builder.unionType('QuoteTariffChangeResult', {
  description: 'The price, or why there is none.',
  types: [
    TariffQuote,
    plainFailure('TariffNotFound', 'The catalogue has no such tariff.'),
    plainFailure('TariffArchived', 'The tariff is closed to those who do not have it.'),
    plainFailure('SameTariff', 'The line is on this tariff already.'),
    SupportOnly,
    LineSuspended,
    OrderInProgress,
  ],
  resolveType: (result) => ('__typename' in result ? result.__typename : TariffQuote),
});

const QuoteTariffChangeInput = builder.inputType('QuoteTariffChangeInput', {
  description: 'Which tariff to change to.',
  fields: (t) => ({ tariffCode: t.string({ required: true, description: 'As in the catalogue.' }) }),
});

const TariffChangeAccepted = builder
  .objectRef<{ __typename: 'TariffChangeAccepted'; subscriberId: string; orderId: string }>(
    'TariffChangeAccepted',
  )
  .implement({
    description: 'The change is written down and will be carried out, whatever happens.',
    fields: (t) => ({
      change: t.prismaField({
        type: TariffChange,
        description: 'As it stands now: follow it with `tariffChangeUpdated`.',
        resolve: (query, order, _args, { app }) =>
          app.db.tariffChange.findUniqueOrThrow({ ...query, where: orderAt(order) }),
      }),
    }),
  });

const ChangeTariffResult = builder.unionType('ChangeTariffResult', {
  description: 'The change, or why there is none.',
  types: [
    TariffChangeAccepted,
    plainFailure('QuoteExpired', 'The quote no longer holds: ask for a new one.'),
    NotFound,
    SupportOnly,
    RecentSimChange,
    InsufficientFunds,
    LineSuspended,
    OrderInProgress,
    IdempotencyKeyReused,
  ],
  resolveType: (result) => result.__typename,
});

const ChangeTariffInput = builder.inputType('ChangeTariffInput', {
  description: 'Which quote to take.',
  fields: (t) => ({
    quoteId: t.globalID({ for: TariffQuote, required: true, description: 'Of `quoteTariffChange`.' }),
    idempotencyKey: t.id({ required: true, description: KEY_DESCRIPTION }),
  }),
});

builder.mutationFields((t) => ({
  quoteTariffChange: t.field({
    type: QuoteTariffChangeResult,
    description: 'Names the price of a change of tariff and holds it for 15 minutes.',
    authScopes: { $any: { subscriber: true, partner: 'tariff:read' } },
    args: {
      input: t.arg({ type: QuoteTariffChangeInput, required: true, description: 'To which tariff.' }),
    },
    resolve: async (_root, { input }, { app, viewer }) => {
      const quoted = await quoteTariffChange(app, { subscriberId: ownLine(viewer)!, ...input });
      if (quoted.__typename !== 'TariffQuote') return quoted;
      const { subscriberId, id } = quoted;
      return app.db.tariffQuote.findUniqueOrThrow({ where: { subscriberId_id: { subscriberId, id } } });
    },
  }),
  changeTariff: t.field({
    type: ChangeTariffResult,
    description:
      'Changes the tariff by a quote: accepted at once, carried out in the network, followed with `tariffChangeUpdated`.',
    authScopes: { $any: { subscriber: true, partner: 'tariff:write' } },
    args: { input: t.arg({ type: ChangeTariffInput, required: true, description: 'By which quote.' }) },
    resolve: (_root, { input }, { app, viewer, language }) => {
      if (!mayName(input.quoteId, viewer)) return { __typename: 'NotFound' as const };
      return changeTariff(app, {
        subscriberId: ownLine(viewer)!,
        quoteId: parseLineKey(input.quoteId.id).key,
        asker: askerOf(app, viewer),
        idempotencyKey: idempotencyKey(input),
        language,
      });
    },
  }),
}));
