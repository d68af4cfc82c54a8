import type { DetailOrder, Subscriber } from '../generated/prisma/client.ts';
import { finishOrder, moveOrder } from '../orders/finish-order.ts';
import { lockLine } from '../orders/lock-line.ts';
import { changeOrder, OPEN } from '../orders/order.ts';
import type { TakenUp } from '../orders/take-up.ts';
import type { App } from '../ports/app.ts';
import { deliver } from './deliver.ts';
import { fileKey } from './link.ts';
import { makeStatement } from './make-statement.ts';
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

/**
 * Makes the file of an order, hands it over, and ends the order. May run again after it died: then it begins anew, but
 * for a file that is there. Says when a mail is to be tried again.
 */
export async function stepDetailOrder(app: Parts, taken: TakenUp): Promise<number | undefined> {
  const { subscriberId, orderId } = taken;
  const order = await app.db.detailOrder.findUnique({
    where: { subscriberId_id: { subscriberId, id: orderId } },
    include: { subscriber: true },
  });
  // Who has taken it up since may have a file in the making, which is not this run's to remove or to hand over
  if (!order || order.finishedAt || order.looks !== taken.looks) return undefined;
  if (order.state === 'ACKNOWLEDGED') await move(app, taken, { state: 'IN_PROGRESS', progress: 0 });
  try {
    const made = (await isThere(app, order)) ? order : await make(app, taken, order);
    return made && (await handOver(app, made));
  } catch (error) {
    if (!(error instanceof TakenAway)) throw error;
    return undefined;
  }
}

/** Whether an earlier run has made the file, and could not hand it over. */
async function isThere({ files }: Parts, order: Detail): Promise<boolean> {
  if (order.byteSize === null) return false;
  const file = await files.read(fileKey(order));
  file?.content.destroy();
  return file?.size === order.byteSize;
}

/**
 * Makes the file; the order with it, unless that was called off meanwhile or another worker has it. What an earlier run
 * left behind is removed first, by the name that it had written down.
 */
async function make(app: Parts, taken: TakenUp, order: Detail): Promise<Detail | undefined> {
  if (order.fileLook !== null) await app.files.remove(fileKey(order));
  const named = { ...order, fileLook: taken.looks };
  if (!(await note(app, taken, { fileLook: taken.looks }))) return undefined;
  const statement = await makeStatement(app, named, reporter(app, taken, order));
  await app.reach('detail/made');
  const expiresAt = new Date(app.clock.now().getTime() + app.config.DETAIL_KEPT_DAYS * DAY_MS);
  const made = { ...statement, expiresAt };
  if (await note(app, taken, made)) return { ...named, ...made };
  await app.files.remove(fileKey(named));
  return undefined;
}

/** Writes something about an order down, as long as it is open and this worker's. */
const note = ({ db }: Parts, { subscriberId, orderId, looks }: TakenUp, what: object): Promise<boolean> =>
  changeOrder(db, 'DETAIL_ORDER', { subscriberId, orderId }, { finishedAt: null, looks }, what);

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

async function handOver(app: Parts, order: Detail): Promise<number | undefined> {
  const delivered = order.delivery === 'EMAIL' ? await deliver(app, order) : 'done';
  await app.reach('detail/delivered');
  if (typeof delivered === 'number') return delivered;
  await finishOrder(
    app,
    statementEnding,
    order,
    delivered === 'done'
      ? { state: 'COMPLETED', progress: 100 }
      : { state: 'FAILED', failureCode: 'DELIVERY_FAILED', progress: MADE },
  );
  return undefined;
}
