import { endLinks } from '../cost-control/end-links.ts';
import { lockLine } from '../orders/lock-line.ts';
import { endGrants } from '../partners/grants.ts';
import type { App } from '../ports/app.ts';
import { endSessions } from '../sign-in/sessions.ts';
import { type Passport, passportDigest } from './passport.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'wakeUps'>;

/** The line's SIM was replaced by another: for some hours it is not trusted with what a thief would want. */
export async function simChanged(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  subscriberId: string,
): Promise<void> {
  await db.subscriber.update({ where: { id: subscriberId }, data: { simChangedAt: clock.now() } });
}

export interface NewOwner {
  fullName: string;
  passport: Passport | undefined;
}

/** The line has a new owner: whatever the former one could still open or use is over. */
export const ownerChanged = (
  app: Parts,
  subscriberId: string,
  { fullName, passport }: NewOwner,
): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    await tx.subscriber.update({
      where: { id: subscriberId },
      data: {
        fullName,
        simChangedAt: app.clock.now(),
        passport: passport ? passportDigest(app.secrets, subscriberId, passport) : null,
      },
    });
    await tx.password.deleteMany({ where: { subscriberId } });
    await endSessions(app, tx, { subscriberId });
    await endLinks(app, tx, { subscriberId });
    await endGrants(app, tx, { subscriberId });
  });
