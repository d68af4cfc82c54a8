import type { Channel, Language, ServiceOrderKind } from '../generated/prisma/enums.ts';
import type { MinorUnits } from '../money.ts';
import { acceptOrder } from '../orders/accept-order.ts';
import type { Keyed } from '../orders/idempotency.ts';
import type { App } from '../ports/app.ts';
import type { Reader, Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { currentTraceparent } from '../seeing/trace.ts';
import type { ServiceOrderFailure } from './errors.ts';
import { readLines } from './line.ts';
import { feeFor, refusalOf } from './rules.ts';

/** The network normally answers within this time. */
const USUALLY_DONE_MS = 10_000;

export interface PlaceServiceOrder {
  subscriberId: string;
  kind: ServiceOrderKind;
  serviceCode: string;
  channel: Channel;
  /** Whose wish it is, under which of their keys. */
  keyed: Keyed;
  /** The order speaks it, whoever looks later. */
  language: Language;
}

export type PlacedServiceOrder = ({ __typename: 'ServiceOrderAccepted' } & OrderRef) | ServiceOrderFailure;

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config' | 'secrets' | 'wakeUps' | 'reach'>;

/** What the order costs, or why it is refused, as the line stands. */
export async function judgeServiceOrder(
  app: Pick<App, 'catalogue' | 'config'>,
  db: Reader,
  { subscriberId, kind, serviceCode, channel }: PlaceServiceOrder,
): Promise<{ fee: MinorUnits } | ServiceOrderFailure> {
  const line = (await readLines(db, [subscriberId])).get(subscriberId);
  const catalogue = app.catalogue.current();
  const service = catalogue.service(serviceCode);
  if (!line || !service) return { __typename: 'ServiceNotFound' };
  const question = { service, kind, channel, supportPhone: app.config.SUPPORT_PHONE };
  return refusalOf(catalogue, line, question) ?? { fee: feeFor(catalogue, line, service, kind, channel) };
}

/**
 * Orders a service on or off; repeating the call with the same key gives the same order. `alongside` is written in the
 * order's transaction.
 */
export async function placeServiceOrder(
  app: Parts,
  command: PlaceServiceOrder,
  alongside: (tx: Tx, order: OrderRef) => Promise<void> = async () => {},
): Promise<PlacedServiceOrder> {
  const result = await acceptOrder(app, 'SERVICE_ORDER', command.keyed, async (tx) => {
    const judged = await judgeServiceOrder(app, tx, command);
    if ('__typename' in judged) return judged;
    const order = await writeOrder(app, tx, command, judged.fee);
    await alongside(tx, { subscriberId: command.subscriberId, orderId: order.id });
    return order;
  });
  return result.__typename === 'Accepted' ? { ...result, __typename: 'ServiceOrderAccepted' } : result;
}

function writeOrder(
  app: Parts,
  tx: Tx,
  { subscriberId, kind, serviceCode, channel, language }: PlaceServiceOrder,
  fee: MinorUnits,
): Promise<{ id: string; fee: MinorUnits }> {
  const createdAt = app.clock.now();
  return tx.serviceOrder.create({
    data: {
      subscriberId,
      kind,
      serviceCode,
      channel,
      fee,
      language,
      createdAt,
      estimatedCompletionAt: new Date(createdAt.getTime() + USUALLY_DONE_MS),
      nextLookAt: createdAt,
      traceparent: currentTraceparent() ?? null,
    },
    select: { id: true, fee: true },
  });
}
