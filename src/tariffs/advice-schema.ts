import { builder } from '../graphql/builder.ts';
import { codedError } from '../graphql/errors.ts';
import { Money, money } from '../graphql/money.ts';
import { LINE, lineOf } from '../services/line.ts';
import { Subscriber } from '../subscriber/schema.ts';
import type { Advice } from './advice.ts';
import { adviseTariffs } from './advise.ts';
import { Tariff } from './schema.ts';

const MONTHS = { min: 1, max: 6 };
/** What the list is taken for. */
const TARIFFS_OF_A_PAGE = 5;
const TARIFFS = { min: 1, max: 20 };

const cost = (of: keyof Advice) => (advice: Advice) => money(advice[of] as bigint);

export const TariffAdvice = builder.objectRef<Advice>('TariffAdvice').implement({
  description: 'What another tariff would have cost, replaying this subscriber’s own usage.',
  fields: (t) => ({
    tariff: t.field({ type: Tariff, description: 'Which one.', resolve: ({ tariff }) => tariff }),
    monthsReplayed: t.exposeInt('monthsReplayed', { description: 'How many whole months were replayed.' }),
    currentMonthlyCost: t.field({
      type: Money,
      description: 'What the tariff of now costs in the median month: fee, usage and services.',
      resolve: cost('currentMonthlyCost'),
    }),
    newMonthlyCost: t.field({
      type: Money,
      description:
        'What this one would have cost in that month, without the services that it does not carry.',
      resolve: cost('newMonthlyCost'),
    }),
    monthlySaving: t.field({
      type: Money,
      description: 'The difference; negative: it would have cost more.',
      resolve: cost('monthlySaving'),
    }),
    bestMonthSaving: t.field({
      type: Money,
      description: 'In the month that speaks most for it.',
      resolve: cost('bestMonthSaving'),
    }),
    worstMonthSaving: t.field({
      type: Money,
      description: 'In the month that speaks least for it.',
      resolve: cost('worstMonthSaving'),
    }),
    switchFee: t.field({
      type: Money,
      description: 'What the change would cost this subscriber now.',
      resolve: cost('switchFee'),
    }),
    paybackMonths: t.exposeInt('paybackMonths', {
      nullable: true,
      description: 'Whole months until the switch fee is earned back; null: never.',
    }),
  }),
});

/** A number within its bounds; a caller who asks for more is told so. */
function within(name: string, given: number, { min, max }: { min: number; max: number }): number {
  if (given >= min && given <= max) return given;
  throw codedError('BAD_USER_INPUT', `\`${name}\` is ${min} to ${max}, not ${given}.`);
}

builder.prismaObjectField(Subscriber, 'tariffAdvice', (t) =>
  t.field({
    type: [TariffAdvice],
    description:
      'How other tariffs would have done for this line, those that would have saved most first; empty: no whole month of usage to replay.',
    // Months of usage are replayed over every tariff, each time that it is asked for
    complexity: { field: 500, multiplier: TARIFFS_OF_A_PAGE },
    authScopes: ({ id }) => ({ acting: id }),
    args: {
      months: t.arg.int({ defaultValue: 3, description: 'How many of the last whole months, 1 to 6.' }),
      first: t.arg.int({ defaultValue: 5, description: 'How many tariffs, 1 to 20.' }),
    },
    select: LINE,
    resolve: async (subscriber, { months, first }, { app }) => {
      const advice = await adviseTariffs(app, lineOf(subscriber), within('months', months ?? 3, MONTHS));
      return advice.slice(0, within('first', first ?? 5, TARIFFS));
    },
  }),
);
