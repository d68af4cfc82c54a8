import { builder } from '../graphql/builder.ts';
import { NotFound, plainFailure } from '../graphql/failures.ts';
import { mayName } from '../graphql/own-nodes.ts';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.ts';
import { TooManyRequests } from '../sign-in/failures-schema.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { assistServiceOrder } from './assist-order.ts';
import { SERVICE_ORDER_REFUSALS } from './failures-schema.ts';
import { ServiceOrderAccepted } from './mutations.ts';
import { ServiceOrderKind } from './order-schema.ts';

const PassportInput = builder.inputType('PassportInput', {
  description: 'The owner’s passport, as they read it out. It is compared and kept nowhere.',
  fields: (t) => ({
    series: t.string({ description: 'Where the passport has one; or write it in front of the number.' }),
    number: t.string({ required: true, description: 'The number; blanks and dashes do not matter.' }),
  }),
});

const AssistServiceOrderInput = builder.inputType('AssistServiceOrderInput', {
  description: 'What to do for which subscriber.',
  fields: (t) => ({
    subscriberId: t.globalID({ for: Subscriber, required: true, description: 'Whose line.' }),
    kind: t.field({ type: ServiceOrderKind, required: true, description: 'Adding or removing.' }),
    serviceCode: t.string({ required: true, description: 'As in the catalogue.' }),
    passport: t.field({
      type: PassportInput,
      description: 'Where `actions` says `passportRequired`; otherwise nobody asks for it.',
    }),
    idempotencyKey: t.id({ required: true, description: KEY_DESCRIPTION }),
  }),
});

const AssistServiceOrderResult = builder.unionType('AssistServiceOrderResult', {
  description: 'The order, or why there is none.',
  types: [
    ServiceOrderAccepted,
    ...SERVICE_ORDER_REFUSALS,
    plainFailure('PassportRequired', 'This service is added and removed on sight of the owner’s passport.'),
    plainFailure('PassportMismatch', 'This is not the passport of the line’s owner.'),
    TooManyRequests,
    NotFound,
  ],
  resolveType: (result) => result.__typename,
});

builder.mutationField('assistServiceOrder', (t) =>
  t.field({
    type: AssistServiceOrderResult,
    description:
      'Staff only: does for a subscriber, at the consultant’s fee, what that subscriber asked for; with passport data where the service demands it.',
    authScopes: { support: true },
    args: {
      input: t.arg({ type: AssistServiceOrderInput, required: true, description: 'What, and for whom.' }),
    },
    resolve: (_root, { input }, { app, viewer, language, opened }) => {
      if (viewer.kind !== 'STAFF') throw new Error('only staff assist');
      if (!mayName(input.subscriberId, viewer)) return { __typename: 'NotFound' as const };
      // A refusal tells of the line, too
      opened.add(input.subscriberId.id);
      return assistServiceOrder(app, {
        ...input,
        by: { subject: viewer.subject, name: viewer.name },
        subscriberId: input.subscriberId.id,
        passport: input.passport ?? undefined,
        idempotencyKey: idempotencyKey(input),
        language,
      });
    },
  }),
);
