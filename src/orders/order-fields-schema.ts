import type { PrismaModelTypes, PrismaObjectRef } from '@pothos/plugin-prisma';
import { builder } from '../graphql/builder.ts';
import { Money, money } from '../graphql/money.ts';
import { parseLineKey } from '../graphql/own-nodes.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { orderAt } from './find-order.ts';
import { failureOf, OrderFailure, OrderState } from './state-schema.ts';

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Given> ? Given : never;
type OrderRef<Name extends 'ServiceOrder' | 'TariffChange' | 'DetailOrder'> = PrismaObjectRef<
  Types,
  PrismaModelTypes & Types['PrismaTypes'][Name],
  { subscriberId: string; id: string }
>;
type OrderRefs = OrderRef<'ServiceOrder'> | OrderRef<'TariffChange'> | OrderRef<'DetailOrder'>;

/** Where the order stands that an id names. */
export function orderNamed(id: string) {
  const { subscriberId, key } = parseLineKey(id);
  return { ...orderAt({ subscriberId, orderId: key }), ...OWN };
}

/** What every look at an order begins with: whose it is, and which. Each field selects the rest that it needs. */
export const ORDER_KEY = { subscriberId: true, id: true } as const;

/** Adds what an order of each kind tells of its way, whatever it is about; `fee` says when that is taken. */
export function addOrderFields(order: OrderRefs, fee: string): void {
  // By the columns that all kinds have, as one of them has them
  builder.prismaObjectFields(order as OrderRef<'DetailOrder'>, (t) => ({
    state: t.field({
      type: OrderState,
      description: 'Where it stands now.',
      select: { state: true },
      resolve: ({ state }) => state,
    }),
    fee: t.field({
      type: Money,
      description: fee,
      select: { fee: true },
      resolve: (row) => money(row.fee),
    }),
    failure: t.field({
      type: OrderFailure,
      nullable: true,
      description: 'Why it failed; null unless it did.',
      select: { failureCode: true, language: true },
      resolve: failureOf,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it came to its end; null while it is open.',
    }),
  }));
}
