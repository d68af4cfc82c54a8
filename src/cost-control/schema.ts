import { type Day, dayOf, daysBetween } from '../calendar.ts';
import { askerOf } from '../graphql/actor.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { failureRef, plainFailure, UserError } from '../graphql/failures.ts';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.ts';
import { Money, money } from '../graphql/money.ts';
import { ownLine } from '../graphql/viewer.ts';
import { SpendingKind } from '../ledger/schema.ts';
import { orderAt } from '../orders/find-order.ts';
import { IdempotencyKeyReused, InsufficientFunds } from '../services/failures-schema.ts';
import { TooManyRequests } from '../sign-in/failures-schema.ts';
import type { StatementDay, StatementLine, StatementTotals } from '../statements/statement.ts';
import { RecentSimChange } from '../subscriber/failures-schema.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { orderDetail } from './order-detail.ts';
import { DetailDelivery, DetailFormat, DetailOrder } from './order-schema.ts';
import type { Period } from './period.ts';
import { dataCompleteThrough, spendingOf } from './spending.ts';

const MAX_DAYS = 366;
/** What it weighs to add a period up, in fields: it is a statement of its own, each time that it is asked for. */
const WEIGHT = 500;
/** What a list of days is taken for: most are shorter. */
const DAYS_OF_A_QUARTER = 92;
/** Nobody used a telephone before, and the arithmetic of days stays within its years. */
const FIRST_DAY = '1900-01-01';

const SpendingLine = builder.objectRef<StatementLine>('SpendingLine').implement({
  description: 'What was spent on one thing.',
  fields: (t) => ({
    kind: t.field({ type: SpendingKind, description: 'On what.', resolve: ({ kind }) => kind }),
    total: t.field({ type: Money, description: 'How much.', resolve: ({ total }) => money(total) }),
    count: t.exposeInt('count', { description: 'How many records or fees.' }),
  }),
});

const SpendingDay = builder.objectRef<StatementDay>('SpendingDay').implement({
  description: 'What was spent on one thing in one day.',
  fields: (t) => ({
    day: t.field({ type: 'Date', description: 'Which day.', resolve: ({ day }) => day as Day }),
    kind: t.field({ type: SpendingKind, description: 'On what.', resolve: ({ kind }) => kind }),
    total: t.field({ type: Money, description: 'How much.', resolve: ({ total }) => money(total) }),
  }),
});

const Spending = builder.objectRef<StatementTotals & Period>('Spending').implement({
  description: 'What was spent in a period.',
  fields: (t) => ({
    from: t.expose('from', { type: 'Date', description: 'Its first day.' }),
    to: t.expose('to', { type: 'Date', description: 'Its last day.' }),
    total: t.field({ type: Money, description: 'In all.', resolve: ({ total }) => money(total) }),
    lines: t.field({
      type: [SpendingLine],
      description: 'By kind; what nothing was spent on and nothing happened of is left out.',
      resolve: ({ lines }) => lines,
    }),
    days: t.field({
      type: [SpendingDay],
      description: 'By day and kind, in order; for a chart.',
      complexity: { field: 1, multiplier: DAYS_OF_A_QUARTER },
      resolve: ({ days }) => days,
    }),
    dataCompleteThrough: t.field({
      type: 'DateTime',
      description: 'Usage up to here is known; what is later may be missing still.',
      resolve: (_spending, _args, { app }) => dataCompleteThrough(app),
    }),
  }),
});

builder.prismaObjectField(Subscriber, 'spending', (t) =>
  t.field({
    type: Spending,
    description: 'What was spent, by kind, in a period: the current month unless told.',
    complexity: { field: WEIGHT, multiplier: 1 },
    authScopes: ({ id }) => ({ acting: id }),
    args: {
      from: t.arg({
        type: 'Date',
        description: 'Its first day; the first of the last day’s month unless told.',
      }),
      to: t.arg({ type: 'Date', description: 'Its last day; today unless told.' }),
    },
    select: { timeZone: true, ownerSince: true },
    resolve: async (line, args, { app }) => {
      const period = periodOf(args, line.timeZone, app);
      return { ...period, ...(await spendingOf(app.db, line, period)) };
    },
  }),
);

function periodOf(
  given: { from?: Day | null; to?: Day | null },
  timeZone: string,
  { clock }: Context['app'],
): Period {
  const to = given.to ?? dayOf(clock.now(), timeZone);
  const from = given.from ?? (`${to.slice(0, 7)}-01` as Day);
  const days = daysBetween(from, to);
  if (days < 1 || days > MAX_DAYS || from < FIRST_DAY)
    throw codedError('BAD_USER_INPUT', `A period has 1 to ${MAX_DAYS} days, the first before the last.`);
  return { from, to };
}

const DetailOrderAccepted = builder
  .objectRef<{ __typename: 'DetailOrderAccepted'; subscriberId: string; orderId: string }>(
    'DetailOrderAccepted',
  )
  .implement({
    description: 'The order is written down and the file will be made, whatever happens.',
    fields: (t) => ({
      order: t.prismaField({
        type: DetailOrder,
        description: 'As it stands now: follow it with `detailOrderUpdated`.',
        resolve: (query, order, _args, { app }) =>
          app.db.detailOrder.findUniqueOrThrow({ ...query, where: orderAt(order) }),
      }),
    }),
  });

const InvalidPeriod = failureRef('InvalidPeriod').implement({
  description: 'There are no statements of such a period.',
  interfaces: [UserError],
  fields: (t) => ({
    earliest: t.field({
      type: 'Date',
      description: 'The first day that there are.',
      resolve: (f) => f.earliest,
    }),
    latest: t.field({ type: 'Date', description: 'The last: today.', resolve: (f) => f.latest }),
    maxDays: t.int({ description: 'How many days at the most.', resolve: (f) => f.maxDays }),
  }),
});

const OrderDetailResult = builder.unionType('OrderDetailResult', {
  description: 'The order, or why there is none.',
  types: [
    DetailOrderAccepted,
    InvalidPeriod,
    plainFailure('InvalidDelivery', 'An address is needed for EMAIL, and for nothing else.'),
    InsufficientFunds,
    RecentSimChange,
    TooManyRequests,
    IdempotencyKeyReused,
  ],
  resolveType: (result) => result.__typename,
});

const OrderDetailInput = builder.inputType('OrderDetailInput', {
  description: 'Which statement, and how to hand it over.',
  fields: (t) => ({
    from: t.field({ type: 'Date', required: true, description: 'The first day.' }),
    to: t.field({ type: 'Date', required: true, description: 'The last day.' }),
    format: t.field({ type: DetailFormat, required: true, description: 'As what file.' }),
    delivery: t.field({
      type: DetailDelivery,
      defaultValue: 'DOWNLOAD',
      description: 'How to hand it over.',
    }),
    email: t.field({ type: 'EmailAddress', description: 'Where to mail it; for EMAIL alone.' }),
    idempotencyKey: t.id({ required: true, description: KEY_DESCRIPTION }),
  }),
});

builder.mutationField('orderDetail', (t) =>
  t.field({
    type: OrderDetailResult,
    description:
      'Orders an itemised statement: made as a file in the background, followed with `detailOrderUpdated`.',
    authScopes: { subscriber: true },
    args: { input: t.arg({ type: OrderDetailInput, required: true, description: 'Which one.' }) },
    resolve: (_root, { input }, { app, viewer, language }) => {
      const { from, to, format, delivery, email } = input;
      return orderDetail(app, {
        asker: askerOf(app, viewer),
        subscriberId: ownLine(viewer)!,
        period: { from, to },
        format,
        delivery: delivery ?? 'DOWNLOAD',
        email: email ?? undefined,
        idempotencyKey: idempotencyKey(input),
        language,
      });
    },
  }),
);
