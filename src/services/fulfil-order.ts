import type { ServiceOrderModel as ServiceOrder } from '../generated/prisma/models.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { lockLine } from '../orders/lock-line.ts';
import { finishOrder, moveOrder } from './finish-order.ts';
import { fulfilServiceOrder } from './jobs.ts';

const LOOK_AT_LEAST_EVERY_S = 60;
const OPEN = ['ACKNOWLEDGED', 'IN_PROGRESS'] as const;

type Parts = Pick<App, 'db' | 'clock' | 'jobs' | 'provisioning' | 'wakeUps'>;

/**
 * Takes an order one step towards its end: hands it to the network, or asks what became of it. May run any number
 * of times, at once and in any order: each state is left once, and the network knows the order by its id.
 */
async function stepServiceOrder(
  app: Parts,
  payload: { subscriberId: string; orderId: string; look?: number },
): Promise<void> {
  const { subscriberId, orderId, look } = payload;
  const order = await app.db.serviceOrder.findUnique({
    where: { subscriberId_id: { subscriberId, id: orderId } },
  });
  if (!order || order.finishedAt) return;
  // The next look is arranged before the network is spoken to: a run that dies there leaves somebody to ask.
  if (look) await lookAgain(app, order, look);
  const neverSent = order.state === 'ACKNOWLEDGED' && (await handOver(app, order));
  const state = neverSent ? 'unknown' : await app.provisioning.look({ subscriberId, orderId });
  if (state === 'unknown') return submit(app, order);
  if (state === 'completed') await finishOrder(app, order, OPEN, { state: 'COMPLETED' });
  if (state === 'refused')
    await finishOrder(app, order, OPEN, { state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK' });
}

/** Counts this look and arranges the one after it, once: a run that is tried again finds it counted. */
const lookAgain = (app: Parts, { subscriberId, id: orderId }: ServiceOrder, look: number): Promise<void> =>
  app.db.$transaction(async (tx) => {
    const { count } = await tx.serviceOrder.updateMany({
      where: { subscriberId, id: orderId, looks: { lt: look } },
      data: { looks: look },
    });
    if (!count) return;
    const afterSeconds = Math.min(2 ** (look + 1), LOOK_AT_LEAST_EVERY_S);
    await app.jobs.enqueue(
      tx,
      fulfilServiceOrder,
      { subscriberId, orderId, look: look + 1 },
      { afterSeconds },
    );
  });

/** From here on the order may be in the network's hands, so that it can no longer be taken back. */
const handOver = (app: Parts, order: ServiceOrder): Promise<boolean> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, order.subscriberId);
    return moveOrder(app, tx, order, ['ACKNOWLEDGED'], { state: 'IN_PROGRESS' });
  });

async function submit(
  app: Parts,
  { subscriberId, id: orderId, kind, serviceCode }: ServiceOrder,
): Promise<void> {
  const { phoneNumber } = await app.db.subscriber.findUniqueOrThrow({
    where: { id: subscriberId },
    select: { phoneNumber: true },
  });
  await app.provisioning.submit({
    subscriberId,
    orderId,
    phoneNumber: phoneNumber as PhoneNumber,
    items: [{ action: kind === 'ACTIVATE' ? 'add' : 'remove', serviceCode }],
  });
}

export const fulfilServiceOrderHandler = (app: Parts): JobHandler => ({
  definition: fulfilServiceOrder,
  run: (payload) => stepServiceOrder(app, fulfilServiceOrder.payload.parse(payload)),
});

/** When the network hints at news of an order, somebody goes and asks. */
export function followHints(app: Parts & Pick<App, 'log'>): void {
  app.provisioning.onHint((ref) => {
    app.db
      .$transaction((tx) => app.jobs.enqueue(tx, fulfilServiceOrder, ref, { urgent: true }))
      .catch((error: unknown) =>
        app.log.warn({ err: error }, 'a hint was lost; the order will be looked after in time'),
      );
  });
}
