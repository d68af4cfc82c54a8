import type { ObjectRef } from '@pothos/core';
import { builder } from '../graphql/builder.ts';
import { Money, money } from '../graphql/money.ts';
import { parseLineKey } from '../graphql/own-nodes.ts';
import { OWN } from '../subscriber/present-owner.ts';
import { type AnyOrder, orderAt } from './find-order.ts';
import { failureOf, OrderFailure, OrderState } from './state-schema.ts';

type OrderRow = Pick<AnyOrder, 'state' | 'fee' | 'failureCode' | 'language' | 'createdAt' | 'finishedAt'>;
type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Given> ? Given : never;

/** Where the order stands that an id names. */
export function orderNamed(id: string) {
  const { subscriberId, key } = parseLineKey(id);
  return { ...orderAt({ subscriberId, orderId: key }), ...OWN };
}

/** Adds what an order of each kind tells of its way, whatever it is about; `fee` says when that is taken. */
export function addOrderFields(order: ObjectRef<Types, OrderRow>, fee: string): void {
  builder.objectFields(order, (t) => ({
    state: t.field({ type: OrderState, description: 'Where it stands now.', resolve: ({ state }) => state }),
    fee: t.field({ type: Money, description: fee, resolve: (row) => money(row.fee) }),
    failure: t.field({
      type: OrderFailure,
      nullable: true,
      description: 'Why it failed; null unless it did.',
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
