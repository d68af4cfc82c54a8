import { appendEvent } from '../events/append.ts';
import type { Channel, Language, ServiceOrderKind } from '../generated/prisma/enums.ts';
import { holdFee } from '../ledger/order-fee.ts';
import { type Keyed, recall, remember } from '../orders/idempotency.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { ServiceOrderFailure } from './errors.ts';
import { fulfilServiceOrder } from './jobs.ts';
import { readLines } from './line.ts';
import { feeFor, refusalOf } from './rules.ts';

/** The network normally answers within this time. */
const USUALLY_DONE_MS = 10_000;
/** If nothing comes of the job that starts at once, this one looks after the order. */
const WATCH_AFTER_S = 3;

export interface PlaceServiceOrder {
  subscriberId: string;
  kind: ServiceOrderKind;
  serviceCode: string;
  channel: Channel;
  /** Who asks, for idempotency keys: each caller has keys of its own. */
  actor: string;
  idempotencyKey: string;
  /** The order speaks it, whoever looks later. */
  language: Language;
}

export type PlacedServiceOrder =
  | { __typename: 'ServiceOrderAccepted'; subscriberId: string; orderId: string }
  | ServiceOrderFailure;

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config' | 'secrets' | 'jobs' | 'wakeUps'>;

/**
 * Orders a service on or off. The order, the hold on its fee, its event and the job that carries it out are
 * written together or not at all; repeating the call with the same key gives the same order.
 */
export function placeServiceOrder(app: Parts, command: PlaceServiceOrder): Promise<PlacedServiceOrder> {
  const { subscriberId, kind, serviceCode, channel, actor } = command;
  const mutation = kind === 'ACTIVATE' ? 'activateService' : 'deactivateService';
  const keyed: Keyed = { subscriberId, actor, mutation, key: command.idempotencyKey, input: { serviceCode } };
  return app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const before = await recall(app, tx, keyed);
    if (before === 'reused') return { __typename: 'IdempotencyKeyReused' };
    if (before) return { __typename: 'ServiceOrderAccepted', subscriberId, orderId: before.orderId };

    const line = (await readLines(tx, [subscriberId])).get(subscriberId);
    const catalogue = app.catalogue.current();
    const service = catalogue.service(serviceCode);
    if (!line || !service) return { __typename: 'ServiceNotFound' };
    const question = { service, kind, channel, supportPhone: app.config.SUPPORT_PHONE };
    const refusal = refusalOf(catalogue, line, question);
    if (refusal) return refusal;

    const orderId = await writeOrder(app, tx, command, feeFor(catalogue, line, service, kind, channel));
    await remember(app, tx, keyed, orderId);
    return { __typename: 'ServiceOrderAccepted', subscriberId, orderId };
  });
}

async function writeOrder(app: Parts, tx: Tx, command: PlaceServiceOrder, fee: bigint): Promise<string> {
  const { subscriberId, kind, serviceCode, channel, language } = command;
  const createdAt = app.clock.now();
  const { id: orderId } = await tx.serviceOrder.create({
    data: {
      subscriberId,
      kind,
      serviceCode,
      channel,
      fee,
      language,
      createdAt,
      estimatedCompletionAt: new Date(createdAt.getTime() + USUALLY_DONE_MS),
    },
    select: { id: true },
  });
  await holdFee(tx, { subscriberId, orderId, fee });
  await appendEvent(app, tx, { subscriberId, kind: 'SERVICE_ORDER', orderId, state: 'ACKNOWLEDGED' });
  await app.jobs.enqueue(tx, fulfilServiceOrder, { subscriberId, orderId }, { urgent: true });
  await app.jobs.enqueue(
    tx,
    fulfilServiceOrder,
    { subscriberId, orderId, look: 1 },
    { afterSeconds: WATCH_AFTER_S },
  );
  return orderId;
}
