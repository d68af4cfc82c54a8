import type { MinorUnits } from '../money.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import { move } from './move.ts';
import { resumeIfPaid } from './take-fees.ts';

export interface TopUp {
  subscriberId: string;
  /** Negative: a payment that was taken back, or a correction. */
  amount: MinorUnits;
  /** The payment's own name: the same one is booked once. */
  reference: string;
}

/** Books a payment; a line that was suspended for want of money comes back if it now can pay. False: booked before. */
export const topUp = (
  app: Pick<App, 'db' | 'clock' | 'catalogue' | 'jobs'>,
  { subscriberId, amount, reference }: TopUp,
): Promise<boolean> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const cause = { cause: 'TOP_UP', causeId: reference } as const;
    if (await tx.ledgerEntry.findFirst({ where: { subscriberId, ...cause } })) return false;
    const kind = amount < 0n ? 'OTHER' : 'TOP_UP';
    await move(tx, { subscriberId, at: app.clock.now(), amount, kind, ...cause });
    if (amount > 0n) await resumeIfPaid(app, tx, subscriberId);
    return true;
  });
