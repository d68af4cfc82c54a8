import type { TariffWithTerms } from '../catalogue/catalogue.ts';
import { UsageKind as UsageKinds, UsageUnit as UsageUnits } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { Money, money } from '../graphql/money.ts';
import { pageOf, TOTAL_COUNT } from '../graphql/page.ts';
import { textIn } from '../messages/language.ts';

const UsageKind = builder.enumType('UsageKind', {
  description: 'What is used: calls, messages or data.',
  values: Object.values(UsageKinds),
});

const UsageUnit = builder.enumType('UsageUnit', {
  description: 'What usage is counted in.',
  values: Object.values(UsageUnits),
});

const Allowance = builder.objectRef<TariffWithTerms['allowances'][number]>('Allowance').implement({
  description: 'Included in the monthly fee.',
  fields: (t) => ({
    kind: t.field({ type: UsageKind, description: 'Of what.', resolve: ({ kind }) => kind }),
    amount: t.exposeInt('amount', {
      nullable: true,
      description: 'How many units a month; null: without limit.',
    }),
    unit: t.field({ type: UsageUnit, description: 'Counted in this.', resolve: ({ unit }) => unit }),
  }),
});

const UsageRate = builder.objectRef<TariffWithTerms['rates'][number]>('UsageRate').implement({
  description:
    'Price of one more unit once the allowance is used up; each record is rounded up to whole units.',
  fields: (t) => ({
    kind: t.field({ type: UsageKind, description: 'Of what.', resolve: ({ kind }) => kind }),
    price: t.field({
      type: Money,
      description: 'For `perUnits` units.',
      resolve: ({ price }) => money(price),
    }),
    perUnits: t.exposeInt('perUnits', { description: 'How many units the price is for.' }),
    unit: t.field({ type: UsageUnit, description: 'Counted in this.', resolve: ({ unit }) => unit }),
  }),
});

export const Tariff = builder.prismaNode('Tariff', {
  description: 'A tariff plan of the catalogue.',
  nullable: true,
  id: { field: 'code' },
  findUnique: (code) => ({ code }),
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The operator’s short name, which mutations take.' }),
    name: t.string({
      description: 'In the language of the request.',
      resolve: ({ name }, _args, { language }) => textIn(language, name),
    }),
    description: t.string({
      description: 'In a sentence.',
      resolve: ({ description }, _args, { language }) => textIn(language, description),
    }),
    archived: t.exposeBoolean('archived', {
      description: 'Whether it is closed to those who do not have it.',
    }),
    monthlyFee: t.field({
      type: Money,
      description: 'Taken each month.',
      resolve: ({ monthlyFee }) => money(monthlyFee),
    }),
    switchFee: t.field({
      type: Money,
      description: 'Price of changing to it.',
      resolve: ({ switchFee }) => money(switchFee),
    }),
    allowances: t.field({
      type: [Allowance],
      description: 'What the monthly fee includes.',
      resolve: ({ code }, _args, { app }) => app.catalogue.current().tariff(code)?.allowances ?? [],
    }),
    rates: t.field({
      type: [UsageRate],
      description: 'What usage beyond it costs.',
      resolve: ({ code }, _args, { app }) => app.catalogue.current().tariff(code)?.rates ?? [],
    }),
  }),
});

/** The catalogue's tariffs for a list of codes. */
export const tariffsOf = (codes: readonly string[], { app }: Context): TariffWithTerms[] =>
  codes.flatMap((code) => app.catalogue.current().tariff(code) ?? []);

builder.queryField('tariffs', (t) =>
  t.connection(
    {
      type: Tariff,
      description: 'The tariffs that the operator offers, in its order.',
      authScopes: { public: true },
      args: {
        includeArchived: t.arg.boolean({
          defaultValue: false,
          description: 'Those closed to new subscribers, too.',
        }),
      },
      resolve: (_root, { includeArchived, ...page }, { app }) => {
        const { tariffs } = app.catalogue.current();
        const asked = tariffs.filter((tariff) => includeArchived || !tariff.archived);
        return pageOf(asked, (tariff) => tariff.code, page, tariffs);
      },
    },
    {
      name: 'TariffConnection',
      description: 'A page of tariffs.',
      fields: (c) => ({ totalCount: c.exposeInt('totalCount', { description: TOTAL_COUNT }) }),
    },
    { name: 'TariffEdge', description: 'A tariff in a page.' },
  ),
);
