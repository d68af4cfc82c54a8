import { randomUUID } from 'node:crypto';
import { toColumn } from '../calendar.ts';
import type { Config } from '../config.ts';
import type { DetailDelivery, DetailFormat, Language } from '../generated/prisma/enums.ts';
import { takeTurns } from '../limits/turns.ts';
import { type MinorUnits, parseDecimal } from '../money.ts';
import { acceptOrder } from '../orders/accept-order.ts';
import type { Asker } from '../orders/idempotency.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { OrderRef } from '../ports/provisioning.ts';
import { currentTraceparent } from '../seeing/trace.ts';
import { sendNotice } from '../sms/jobs.ts';
import { recentSimChange } from '../subscriber/sim-change.ts';
import type { DetailFailure } from './errors.ts';
import { boundsAt, isWithin, type Period } from './period.ts';
import { dataCompleteThrough } from './spending.ts';

const DAY_S = 86_400;

export interface OrderDetail {
  /** Whose wish it is. */
  asker: Asker;
  subscriberId: string;
  period: Period;
  format: DetailFormat;
  delivery: DetailDelivery;
  email: string | undefined;
  idempotencyKey: string;
  language: Language;
}

export type PlacedDetailOrder = ({ __typename: 'DetailOrderAccepted' } & OrderRef) | DetailFailure;

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'jobs' | 'secrets' | 'wakeUps' | 'reach'>;

/** Settings with a fee that is no amount are not started with. */
const detailFee = ({ DETAIL_FEE, CURRENCY }: Pick<Config, 'DETAIL_FEE' | 'CURRENCY'>): MinorUnits =>
  parseDecimal(DETAIL_FEE, CURRENCY)!;

/** Orders an itemised statement; repeating the call with the same key gives the same order. */
export async function orderDetail(app: Parts, command: OrderDetail): Promise<PlacedDetailOrder> {
  const { asker, subscriberId, period, format, delivery, email, idempotencyKey: key } = command;
  const input = { ...period, format, delivery, email: email ?? '' };
  const keyed = { ...asker, subscriberId, mutation: 'orderDetail', key, input };
  const result = await acceptOrder(app, 'DETAIL_ORDER', keyed, async (tx) => {
    const refusal = await refusalOf(app, tx, command);
    return refusal ?? write(app, tx, command);
  });
  return result.__typename === 'Accepted' ? { ...result, __typename: 'DetailOrderAccepted' } : result;
}

async function refusalOf(app: Parts, tx: Tx, command: OrderDetail): Promise<DetailFailure | null> {
  const { subscriberId, period, delivery, email } = command;
  const now = app.clock.now();
  const line = await tx.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
  const bounds = boundsAt(app.config, line, now);
  if (!isWithin(period, bounds)) return { __typename: 'InvalidPeriod', ...bounds };
  if ((delivery === 'EMAIL') !== (email !== undefined)) return { __typename: 'InvalidDelivery' };
  const until = delivery === 'EMAIL' ? recentSimChange(app.config, line, now) : null;
  if (until) return { __typename: 'RecentSimChange', until, timeZone: line.timeZone };
  const [required, available] = [detailFee(app.config), line.balance - line.held];
  if (required > 0n && available < required) return { __typename: 'InsufficientFunds', available, required };
  const limits = [{ count: app.config.DETAIL_ORDERS_PER_DAY, seconds: DAY_S }];
  const { taken, freeAt } = await takeTurns(tx, [{ subject: `detail/${subscriberId}`, limits }], now);
  return taken ? null : { __typename: 'TooManyRequests', retryAt: freeAt, timeZone: line.timeZone };
}

async function write(
  app: Parts,
  tx: Tx,
  { subscriberId, period, format, delivery, email, language }: OrderDetail,
): Promise<{ id: string; fee: MinorUnits }> {
  const createdAt = app.clock.now();
  // Whoever takes a line's statements elsewhere cannot keep that quiet
  if (delivery === 'EMAIL')
    await app.jobs.enqueue(tx, sendNotice, {
      id: randomUUID(),
      subscriberId,
      notice: 'STATEMENT_MAILED',
      language,
    });
  return tx.detailOrder.create({
    data: {
      subscriberId,
      from: toColumn(period.from),
      to: toColumn(period.to),
      format,
      delivery,
      email: email ?? null,
      fee: detailFee(app.config),
      language,
      dataCompleteThrough: await dataCompleteThrough({ db: tx }),
      createdAt,
      nextLookAt: createdAt,
      traceparent: currentTraceparent() ?? null,
    },
    select: { id: true, fee: true },
  });
}
