import type { EventKind } from '../generated/prisma/enums.ts';
import { appendEvent } from '../events/append.ts';
import { holdFee } from '../ledger/order-fee.ts';
import type { MinorUnits } from '../money.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { type Keyed, recall, remember } from './idempotency.ts';
import { lockLine } from './lock-line.ts';

/** Where it is told, to every worker, that there is an order to carry out. */
export const ORDERS_TOPIC = 'orders';

/** An order that is written down, or was under the same key before. */
export interface Accepted extends OrderRef {
  __typename: 'Accepted';
}
export type KeyReused = { __typename: 'IdempotencyKeyReused' };

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'wakeUps' | 'reach'>;

/**
 * Accepts an order, or says why not. `write` judges and writes it under the line's lock; what every order brings with
 * it (the hold on its fee, its first event, the memory of its key, the wake-up of a worker) is written in the same
 * transaction. The order's row is its own job: a worker finds it there, whatever dies in between.
 */
export async function acceptOrder<Refusal extends { __typename: string }>(
  app: Parts,
  kind: EventKind,
  keyed: Keyed,
  write: (tx: Tx) => Promise<{ id: string; fee: MinorUnits } | Refusal>,
): Promise<Accepted | KeyReused | Refusal> {
  const { subscriberId } = keyed;
  const result = await app.db.$transaction(async (tx): Promise<Accepted | KeyReused | Refusal> => {
    await lockLine(tx, subscriberId);
    await app.reach('accept/locked');
    await keyed.stillMay?.(tx);
    const before = await recall(app, tx, keyed);
    if (before === 'reused') return { __typename: 'IdempotencyKeyReused' };
    if (before) return { __typename: 'Accepted', subscriberId, orderId: before.orderId };

    const order = await write(tx);
    if ('__typename' in order) return order;
    await app.reach('accept/written');
    await holdFee(tx, subscriberId, order.fee);
    await app.reach('accept/held');
    await appendEvent(app, tx, { subscriberId, kind, orderId: order.id, state: 'ACKNOWLEDGED' });
    await app.reach('accept/told');
    await remember(app, tx, keyed, kind, order.id);
    await app.wakeUps.notify(tx, ORDERS_TOPIC);
    await app.reach('accept/remembered');
    return { __typename: 'Accepted', subscriberId, orderId: order.id };
  });
  await app.reach('accept/committed');
  return result;
}
