import { OrderFailureCode as FailureCodes, OrderState as States } from '../generated/prisma/enums.ts';
import type { Language, OrderFailureCode as FailureCode } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { messagesIn } from '../messages/messages.ts';

export const OrderState = builder.enumType('OrderState', {
  description: 'Where an order stands (TM Forum): the last three are final.',
  values: Object.values(States),
});

const OrderFailureCode = builder.enumType('OrderFailureCode', {
  description: 'Why an order failed.',
  values: Object.values(FailureCodes),
});

export const OrderFailure = builder
  .objectRef<{ code: FailureCode; language: Language }>('OrderFailure')
  .implement({
    description: 'Why an order failed; nothing was charged.',
    fields: (t) => ({
      code: t.field({ type: OrderFailureCode, description: 'For programs.', resolve: ({ code }) => code }),
      message: t.string({
        description: 'For the person, in the language that the order was given in.',
        resolve: ({ code, language }) => messagesIn(language).orderFailures[code],
      }),
    }),
  });

/** Why an order failed, as its row says; null unless it did. */
export const failureOf = ({
  failureCode,
  language,
}: {
  failureCode: FailureCode | null;
  language: Language;
}) => failureCode && { code: failureCode, language };
