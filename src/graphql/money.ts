import { type MinorUnits, toDecimal } from '../money.ts';
import { builder } from './builder.ts';

export const Money = builder.objectRef<{ amount: MinorUnits }>('Money').implement({
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      description: 'With all of the currency’s fraction digits.',
      resolve: ({ amount }, _args, { app }) => toDecimal(amount, app.config.CURRENCY),
    }),
    currency: t.string({
      description: 'ISO 4217: RUB.',
      resolve: (_money, _args, { app }) => app.config.CURRENCY,
    }),
  }),
});

export const money = (amount: MinorUnits): { amount: MinorUnits } => ({ amount });
