import type { Channel as Channels } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { UserError } from '../graphql/failures.ts';
import { Money, money } from '../graphql/money.ts';
import type { ServiceOrderFailure } from './errors.ts';
import { Channel, ServiceOrderKind } from './order-schema.ts';
import { feeFor, type Line, type LineService, type Question, refusalOf } from './rules.ts';

const CHANNELS: readonly Channels[] = ['SELF_CARE', 'CONSULTANT'];
const PARTNERS: readonly Channels[] = ['PARTNER'];

interface Action extends Question {
  line: Line;
  refusal: ServiceOrderFailure | null;
}

export const ServiceAction = builder.objectRef<Action>('ServiceAction').implement({
  description: 'What would become of an order given now.',
  fields: (t) => ({
    kind: t.field({
      type: ServiceOrderKind,
      description: 'Adding or removing.',
      resolve: ({ kind }) => kind,
    }),
    channel: t.field({ type: Channel, description: 'Done by whom.', resolve: ({ channel }) => channel }),
    allowed: t.boolean({
      description: 'Whether the order would be accepted.',
      resolve: ({ refusal }) => refusal === null,
    }),
    refusal: t.field({
      type: UserError,
      nullable: true,
      description: 'The very answer that the mutation would give; null where it would accept.',
      resolve: ({ refusal }) => refusal,
    }),
    fee: t.field({
      type: Money,
      description: 'What the order would cost at once.',
      resolve: ({ line, service, kind, channel }, _args, { app }) =>
        money(feeFor(app.catalogue.current(), line, service, kind, channel)),
    }),
    passportRequired: t.boolean({
      description: 'Whether the consultant asks for passport data.',
      resolve: ({ service, channel }) => service.passportRequired && channel === 'CONSULTANT',
    }),
  }),
});

/** Adding and removing: by the subscriber and through support; to a partner, by itself. */
export const actionsOf = ({ line, service }: LineService, { app, viewer }: Context): Action[] =>
  (viewer.kind === 'PARTNER' ? PARTNERS : CHANNELS).flatMap((channel) =>
    (['ACTIVATE', 'DEACTIVATE'] as const).map((kind) => {
      const question: Question = { service, kind, channel, supportPhone: app.config.SUPPORT_PHONE };
      return { ...question, line, refusal: refusalOf(app.catalogue.current(), line, question) };
    }),
  );
