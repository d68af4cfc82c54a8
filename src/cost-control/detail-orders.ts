import type { DetailOrder, Subscriber } from '../generated/prisma/client.ts';
import { finishOrder, moveOrder } from '../orders/finish-order.ts';
import { lockLine } from '../orders/lock-line.ts';
import { OPEN } from '../orders/order.ts';
import type { TakenUp } from '../orders/take-up.ts';
import type { App } from '../ports/app.ts';
import { deliver } from './deliver.ts';
import { fileKey } from './link.ts';
import { makeStatement, type Statement } from './make-statement.ts';
import { statementEnding } from './statement-ending.ts';

const DAY_MS = 86_400_000;
/** How often it says how far it has come. */
const REPORT_EVERY_MS = 1_000;
/** The rest is for handing it over. */
const MADE = 95;

type Parts = Pick<
  App,
  | 'db'
  | 'copies'
  | 'clock'
  | 'config'
  | 'catalogue'
  | 'files'
  | 'mail'
  | 'jobs'
  | 'log'
  | 'secrets'
  | 'wakeUps'
  | 'reach'
>;
type Detail = DetailOrder & { subscriber: Subscriber };

/** Another worker has the order. */
class TakenAway extends Error {}

/** Makes the file of an order, hands it over, and ends the order. May run again after it died: then it begins anew. */
export async function stepDetailOrder(app: Parts, taken: TakenUp): Promise<void> {
  const { subscriberId, orderId } = taken;
  const order = await app.db.detailOrder.findUnique({
    where: { subscriberId_id: { subscriberId, id: orderId } },
    include: { subscriber: true },
  });
  if (!order || order.finishedAt) return;
  if (order.state === 'ACKNOWLEDGED') await move(app, taken, { state: 'IN_PROGRESS', progress: 0 });
  try {
    const statement = await makeStatement(app, order, reporter(app, taken, order));
    await app.reach('detail/made');
    await handOver(app, taken, order, statement);
  } catch (error) {
    if (!(error instanceof TakenAway)) throw error;
  }
}

/** Tells how far it has come, now and then. */
function reporter(app: Parts, taken: TakenUp, { progress }: Detail): (share: number) => Promise<void> {
  let [told, last] = [progress, 0];
  return async (share) => {
    const now = performance.now();
    if (now - last < REPORT_EVERY_MS) return;
    last = now;
    if (taken.isLost) throw new TakenAway();
    const done = Math.floor(share * MADE);
    if (done > told) await move(app, taken, { state: 'IN_PROGRESS', progress: (told = done) });
    await app.reach('detail/reported');
  };
}

const move = (app: Parts, ref: TakenUp, to: { state: 'IN_PROGRESS'; progress: number }): Promise<boolean> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, ref.subscriberId);
    return moveOrder(app, tx, 'DETAIL_ORDER', ref, { state: { in: OPEN } }, to);
  });

async function handOver(app: Parts, taken: TakenUp, order: Detail, statement: Statement): Promise<void> {
  const expiresAt = new Date(app.clock.now().getTime() + app.config.DETAIL_KEPT_DAYS * DAY_MS);
  const file = { ...statement, expiresAt };
  const { subscriberId, orderId } = taken;
  const where = { subscriberId, id: orderId, finishedAt: null };
  const { count: isOpen } = await app.db.detailOrder.updateMany({ where, data: file });
  // Called off while it was made
  if (!isOpen) return app.files.remove(fileKey(order));
  const delivered = order.delivery === 'EMAIL' ? await deliver(app, order, statement) : 'done';
  await app.reach('detail/delivered');
  if (delivered === 'later') return;
  await finishOrder(
    app,
    statementEnding,
    order,
    delivered === 'done'
      ? { state: 'COMPLETED', progress: 100 }
      : { state: 'FAILED', failureCode: 'DELIVERY_FAILED' },
  );
}
