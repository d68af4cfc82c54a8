import { endLinks } from '../cost-control/end-links.ts';
import { resumeIfPaid, takeDueFees } from '../ledger/take-fees.ts';
import { STAFF } from '../orders/idempotency.ts';
import { lockLine } from '../orders/lock-line.ts';
import { endGrants } from '../partners/grants.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { PlainError } from '../ports/plain-error.ts';
import { endSessions } from '../sign-in/sessions.ts';
import { type Passport, passportDigest, passportText } from './passport.ts';

type Parts = Pick<App, 'db' | 'catalogue' | 'clock' | 'config' | 'jobs' | 'secrets' | 'wakeUps' | 'reach'>;

/** The line's SIM was replaced by another: for some hours it is not trusted with what a thief would want. */
export async function simChanged(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  subscriberId: string,
): Promise<void> {
  await db.subscriber.update({ where: { id: subscriberId }, data: { simChangedAt: clock.now() } });
}

/** The line is out of use, for a reason of the operator's: whatever is paid. */
export const lineSuspended = (app: Parts, subscriberId: string): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    await takeDueFees(app, tx, subscriberId);
    await tx.subscriber.update({
      where: { id: subscriberId },
      data: { status: 'SUSPENDED', unpaid: false },
    });
  });

/**
 * It is in use again as soon as it can pay for itself: of each fee that fell due meanwhile the latest. False: it waits
 * for a top-up.
 */
export const lineResumed = (app: Parts, subscriberId: string): Promise<boolean> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const suspended = { id: subscriberId, status: 'SUSPENDED' } as const;
    await tx.subscriber.updateMany({ where: suspended, data: { unpaid: true } });
    await resumeIfPaid(app, tx, subscriberId);
    return (await tx.subscriber.count({ where: suspended })) === 0;
  });

/** Its phone was stolen: whatever opens the account from there is over. Its owner gets a new password by SMS. */
export const signedOutEverywhere = (app: Parts, subscriberId: string): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await endLinks(app, tx, { subscriberId });
    await endWaysIn(app, tx, subscriberId);
  });

async function endWaysIn(app: Parts, tx: Tx, subscriberId: string): Promise<void> {
  await tx.password.deleteMany({ where: { subscriberId } });
  await endSessions(app, tx, { subscriberId });
  await endGrants(app, tx, { subscriberId });
}

/** The line has another number; everything else of it stays. @throws PlainError where that is somebody else's */
export async function numberChanged(
  { db }: Pick<App, 'db'>,
  subscriberId: string,
  phoneNumber: PhoneNumber,
): Promise<void> {
  const there = await db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  if (there) throw new PlainError(`${phoneNumber} is somebody's`);
  await db.subscriber.update({ where: { id: subscriberId }, data: { phoneNumber } });
}

/** What was written down wrongly of the owner, who stays the same. @throws PlainError where it is nothing */
export async function ownerCorrected(
  { db, secrets }: Pick<App, 'db' | 'secrets'>,
  subscriberId: string,
  { fullName, passport }: { fullName?: string; passport?: Passport },
): Promise<void> {
  if (passport && !passportText(passport)) throw new PlainError('This is no passport');
  await db.subscriber.update({
    where: { id: subscriberId },
    data: {
      ...(fullName && { fullName }),
      ...(passport && { passport: passportDigest(secrets, subscriberId, passport) }),
    },
  });
}

export interface NewOwner {
  fullName: string;
  passport: Passport | undefined;
}

/**
 * The line has a new owner: whatever the former one could still open or use is over, and whatever the line was used
 * for is hidden from the new one.
 */
export const ownerChanged = (
  app: Parts,
  subscriberId: string,
  { fullName, passport }: NewOwner,
): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    // Of the days that were the former owner's
    await takeDueFees(app, tx, subscriberId);
    const now = app.clock.now();
    await tx.subscriber.update({
      where: { id: subscriberId },
      data: {
        fullName,
        simChangedAt: now,
        ownerSince: now,
        passport: passport ? passportDigest(app.secrets, subscriberId, passport) : null,
      },
    });
    await endLinks(app, tx, { subscriberId, allOpen: true });
    await endWaysIn(app, tx, subscriberId);
    await closeHistory(tx, subscriberId, now);
  });

/** What was done and paid until now is the former owner's affair; a service or tariff under way goes on with the line. */
async function closeHistory(tx: Tx, subscriberId: string, now: Date): Promise<void> {
  const still = { subscriberId, formerAt: null };
  const data = { formerAt: now };
  await tx.ledgerEntry.updateMany({ where: still, data });
  await tx.detailOrder.updateMany({ where: still, data });
  await tx.serviceOrder.updateMany({ where: { ...still, finishedAt: { not: null } }, data });
  await tx.tariffChange.updateMany({ where: { ...still, finishedAt: { not: null } }, data });
  await tx.tariffQuote.updateMany({ where: { subscriberId }, data: { expiresAt: now } });
  await tx.idempotencyKey.deleteMany({ where: { subscriberId, NOT: { actor: { startsWith: STAFF } } } });
}
