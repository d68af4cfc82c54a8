import { randomUUID } from 'node:crypto';
import { dayOf, toColumn } from '../calendar.ts';
import type { LineStatus } from '../generated/prisma/enums.ts';
import { moveAll } from '../ledger/move.ts';
import type { MinorUnits } from '../money.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { type Passport, passportDigest } from './passport.ts';

/** A line as it is when it comes to us. */
export interface NewLine {
  phoneNumber: PhoneNumber;
  fullName: string;
  timeZone: string;
  tariffCode: string;
  /** What is on in the network already. */
  services: readonly string[];
  balance: MinorUnits;
  activatedAt: Date;
  passport: Passport | undefined;
  status?: LineStatus | undefined;
}

/** The account's first entry: what there was on it before it was kept here. */
const OPENING = { kind: 'TOP_UP', cause: 'TOP_UP', causeId: 'opening balance' } as const;

/**
 * Adds lines, with what is on them and what is on their accounts, in the caller's transaction. Recurring fees have been
 * paid for the day that they come on. Returns those that were added: a number that is there already stays as it is.
 */
export async function addLines(
  app: Pick<App, 'clock' | 'secrets'>,
  tx: Tx,
  lines: readonly NewLine[],
): Promise<Set<NewLine>> {
  const now = app.clock.now();
  const given = lines.map((line) => ({ line, id: randomUUID() }));
  const created = await tx.subscriber.createManyAndReturn({
    data: given.map(({ id, line }) => ({
      id,
      phoneNumber: line.phoneNumber,
      fullName: line.fullName,
      timeZone: line.timeZone,
      tariffCode: line.tariffCode,
      activatedAt: line.activatedAt,
      status: line.status ?? 'ACTIVE',
      passport: line.passport ? passportDigest(app.secrets, id, line.passport) : null,
      feesThrough: toColumn(dayOf(now, line.timeZone)),
    })),
    skipDuplicates: true,
    select: { id: true },
  });
  const ids = new Set(created.map(({ id }) => id));
  const added = given.filter(({ id }) => ids.has(id));
  await tx.subscriberService.createMany({
    data: added.flatMap(({ id, line: { services, activatedAt } }) =>
      services.map((serviceCode) => ({ subscriberId: id, serviceCode, activeSince: activatedAt })),
    ),
  });
  await moveAll(
    tx,
    added
      .filter(({ line }) => line.balance !== 0n)
      .map(({ id, line }) => ({ subscriberId: id, at: now, amount: line.balance, ...OPENING })),
  );
  return new Set(added.map(({ line }) => line));
}
