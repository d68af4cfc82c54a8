import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Reader } from '../ports/database.ts';
import type { OrderRef, ProvisioningItem, ProvisioningState } from '../ports/provisioning.ts';
import { type Ending, finishOrder, moveOrder, type Outcome } from './finish-order.ts';
import { lockLine } from './lock-line.ts';
import { changeOrder, OPEN, type Order } from './order.ts';

/** An order that the network carries out. */
export interface NetworkOrder extends Order {
  /** When it was, or may have been, given to the network; null: the network has surely not got it. */
  handedAt: Date | null;
}

/** A kind of order that the network carries out. */
export interface NetworkOrders<Kind extends NetworkOrder> extends Ending<Kind> {
  find(db: Reader, ref: OrderRef): Promise<Kind | null>;
  itemsOf(order: Kind): readonly [ProvisioningItem, ...ProvisioningItem[]];
}

type Parts = Pick<
  App,
  'catalogue' | 'db' | 'clock' | 'config' | 'jobs' | 'provisioning' | 'wakeUps' | 'reach'
>;

/** Nobody but us has it: it may be taken back. */
export const isCancellable = ({ state, handedAt }: Pick<NetworkOrder, 'state' | 'handedAt'>): boolean =>
  state === 'ACKNOWLEDGED' && handedAt === null;

/** The same as a condition. */
export const CANCELLABLE = { state: 'ACKNOWLEDGED', handedAt: null } as const;

/**
 * Takes an order a step towards its end: gives it to the network, or asks what became of it. May run any number of
 * times, at once and in any order: one of many moves it on, and what may have arrived is asked after first.
 */
export async function stepNetworkOrder<Kind extends NetworkOrder>(
  app: Parts,
  orders: NetworkOrders<Kind>,
  ref: OrderRef,
): Promise<void> {
  const order = await orders.find(app.db, ref);
  if (!order || order.finishedAt) return;
  if (order.handedAt === null) return hand(app, orders, order);
  const state = await app.provisioning.look(ref);
  await app.reach('step/looked');
  if (state === 'unknown' && mayGoAgain(app, order))
    return hasWaitedTooLong(app, order) ? void (await giveUp(app, orders, order)) : hand(app, orders, order);
  const outcome = OUTCOMES[state];
  if (outcome) await finishOrder(app, orders, order, outcome);
  else if (state === 'pending') await isUnderWay(app, orders, order);
}

const OUTCOMES: Partial<Record<ProvisioningState, Outcome>> = {
  completed: { state: 'COMPLETED' },
  refused: { state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK' },
  cancelled: { state: 'FAILED', failureCode: 'CANCELLED_BY_OPERATOR' },
};

/** What a process that died may have sent is given time to arrive, before "unknown" is believed. */
const mayGoAgain = ({ clock, config }: Parts, { handedAt }: Pick<NetworkOrder, 'handedAt'>): boolean =>
  clock.now().getTime() - handedAt!.getTime() >= config.ORDER_RESUBMIT_SECONDS * 1_000;

/**
 * Whether a refusal is of the order, and not of a repetition: one that may have arrived before can still be on its way
 * into the network, which then refuses the second. After a while it would have come.
 */
const isBelieved = ({ clock, config }: Parts, { handedAt, createdAt }: NetworkOrder): boolean =>
  handedAt === null || clock.now().getTime() - createdAt.getTime() >= config.ORDER_LATE_MINUTES * 60_000;

const hasWaitedTooLong = ({ clock, config }: Parts, { createdAt }: NetworkOrder): boolean =>
  clock.now().getTime() - createdAt.getTime() >= config.ORDER_UNREACHED_HOURS * 3_600_000;

/** Ends an order that the network has surely not got, unless it was given once more since it was read. */
const giveUp = <Kind extends NetworkOrder>(
  app: Parts,
  orders: NetworkOrders<Kind>,
  order: Kind,
  handedAt = order.handedAt,
): Promise<unknown> =>
  finishOrder(
    app,
    orders,
    order,
    { state: 'FAILED', failureCode: 'NETWORK_UNREACHABLE' },
    { state: { in: OPEN }, handedAt },
  );

/** Gives it to the network, if nobody else has done so since it was read: that it may be there is written down before. */
async function hand<Kind extends NetworkOrder>(
  app: Parts,
  orders: NetworkOrders<Kind>,
  order: Kind,
): Promise<void> {
  const ref = { subscriberId: order.subscriberId, orderId: order.id };
  const { phoneNumber } = await app.db.subscriber.findUniqueOrThrow({
    where: { id: order.subscriberId },
    select: { phoneNumber: true },
  });
  const handedAt = app.clock.now();
  const unhanded = { state: order.state, handedAt: order.handedAt };
  if (!(await changeOrder(app.db, orders.kind, ref, unhanded, { handedAt }))) return;
  await app.reach('step/handed');
  // So late that another worker may be giving it by now
  if (mayGoAgain(app, { handedAt })) return;
  const outcome = await app.provisioning.submit({
    ...ref,
    phoneNumber: phoneNumber as PhoneNumber,
    items: orders.itemsOf(order),
  });
  await app.reach('step/submitted');
  if (outcome === 'refused' && isBelieved(app, order))
    await finishOrder(app, orders, order, OUTCOMES.refused!);
  else if (outcome === 'unreached') await isUnreached(app, orders, order, handedAt);
  else await isUnderWay(app, orders, order);
}

/** From here on it is, or may be, in the network's hands. */
async function isUnderWay<Kind extends NetworkOrder>(
  app: Parts,
  { kind }: NetworkOrders<Kind>,
  { subscriberId, id: orderId, state }: Kind,
): Promise<void> {
  if (state !== 'ACKNOWLEDGED') return;
  await app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    await moveOrder(app, tx, kind, { subscriberId, orderId }, { state }, { state: 'IN_PROGRESS' });
  });
}

/** It has surely not arrived: it can be taken back again, until it goes again or has waited too long. */
async function isUnreached<Kind extends NetworkOrder>(
  app: Parts,
  orders: NetworkOrders<Kind>,
  order: Kind,
  handedAt: Date,
): Promise<void> {
  // An order that may have arrived earlier is not made new by a later try that did not.
  if (order.handedAt !== null) return;
  const ref = { subscriberId: order.subscriberId, orderId: order.id };
  if (hasWaitedTooLong(app, order)) await giveUp(app, orders, order, handedAt);
  else await changeOrder(app.db, orders.kind, ref, { state: 'ACKNOWLEDGED', handedAt }, { handedAt: null });
}
