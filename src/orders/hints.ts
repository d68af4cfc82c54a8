import type { EventKind } from '../generated/prisma/enums.ts';
import type { App } from '../ports/app.ts';
import { ORDERS_TOPIC } from './accept-order.ts';
import { TABLE_NAMES } from './order.ts';
import { lookNow } from './take-up.ts';

/** When the network hints at news of an order, some worker goes and asks. */
export function followHints(app: Pick<App, 'db' | 'clock' | 'log' | 'provisioning' | 'wakeUps'>): void {
  app.provisioning.onHint((ref) => {
    app.db
      .$transaction(async (tx) => {
        for (const kind of Object.keys(TABLE_NAMES) as EventKind[])
          if (await lookNow({ db: tx, clock: app.clock }, kind, ref))
            await app.wakeUps.notify(tx, ORDERS_TOPIC);
      })
      .catch((err: unknown) =>
        app.log.warn({ err }, 'a hint was lost; the order will be looked after in time'),
      );
  });
}
