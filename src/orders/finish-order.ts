import { appendEvent } from '../events/append.ts';
import type { EventKind, OrderFailureCode, OrderState } from '../generated/prisma/enums.ts';
import { type FeeOf, releaseFee, takeFee } from '../ledger/order-fee.ts';
import { resumeIfPaid } from '../ledger/take-fees.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { ordersFinished } from '../seeing/metrics.ts';
import { lockLine } from './lock-line.ts';
import { changeOrder, OPEN, type Order } from './order.ts';

export type Outcome =
  | { state: 'COMPLETED' | 'CANCELLED'; progress?: number }
  | { state: 'FAILED'; failureCode: OrderFailureCode; progress?: number };

/** What is particular about a kind of order when it ends. */
export interface Ending<Kind extends Order> {
  kind: EventKind;
  /** What the fee is taken for. */
  feeOf: FeeOf;
  /** What has changed on the line, now that the order is carried out. */
  carriedOut: (app: Carrying, tx: Tx, order: Kind, at: Date) => Promise<void>;
}

type Carrying = Pick<App, 'catalogue' | 'clock' | 'jobs'>;
type Parts = Carrying & Pick<App, 'wakeUps' | 'reach'>;

/** Moves an order on, with its event, unless it is no longer as `where` says. */
export async function moveOrder(
  app: Pick<App, 'clock' | 'wakeUps'>,
  tx: Tx,
  kind: EventKind,
  ref: OrderRef,
  where: object,
  to: { state: OrderState; failureCode?: OrderFailureCode; progress?: number; finishedAt?: Date },
): Promise<boolean> {
  if (!(await changeOrder(tx, kind, ref, where, to))) return false;
  const { subscriberId, orderId } = ref;
  const { state, progress } = to;
  await appendEvent(app, tx, {
    subscriberId,
    orderId,
    kind,
    state,
    ...(progress === undefined ? {} : { progress }),
  });
  return true;
}

/**
 * Ends an order once: its state, what it changes on the line, its fee and its event, together. False: it had ended, or
 * was no longer as `where` says.
 */
export async function finishOrder<Kind extends Order>(
  app: Parts & Pick<App, 'db'>,
  ending: Ending<Kind>,
  order: Kind,
  outcome: Outcome,
  where?: object,
): Promise<boolean> {
  const ended = await app.db.$transaction((tx) => endOrder(app, tx, ending, order, outcome, where));
  await app.reach('finish/committed');
  return ended;
}

/** The same together with what else a transaction does. */
export async function endOrder<Kind extends Order>(
  app: Parts,
  tx: Tx,
  { kind, feeOf, carriedOut }: Ending<Kind>,
  order: Kind,
  outcome: Outcome,
  where: object = { state: { in: OPEN } },
): Promise<boolean> {
  const { subscriberId, id: orderId, fee } = order;
  await lockLine(tx, subscriberId);
  await app.reach('finish/locked');
  const finishedAt = app.clock.now();
  const moved = { ...outcome, finishedAt };
  if (!(await moveOrder(app, tx, kind, { subscriberId, orderId }, where, moved))) return false;
  await app.reach('finish/moved');
  if (outcome.state === 'COMPLETED') {
    await carriedOut(app, tx, order, finishedAt);
    await app.reach('finish/carried-out');
    await takeFee(tx, { subscriberId, orderId, fee, at: finishedAt, ...feeOf });
    // A line that could not pay for what it is now rid of
    await resumeIfPaid(app, tx, subscriberId);
  } else {
    await releaseFee(tx, subscriberId, fee);
    // A line that could not pay for what this held
    if (fee) await resumeIfPaid(app, tx, subscriberId);
  }
  await app.reach('finish/paid');
  ordersFinished.inc({ kind, state: outcome.state });
  return true;
}
