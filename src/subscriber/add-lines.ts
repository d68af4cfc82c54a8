import { randomUUID } from 'node:crypto';
import { type Day, toColumn } from '../calendar.ts';
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
  status: LineStatus;
  /** Suspended because its fees could not be paid: a top-up ends that. */
  unpaid: boolean;
  timeZone: string;
  tariffCode: string;
  /** What is on in the network already, and since when. */
  services: readonly { code: string; activeSince: Date }[];
  balance: MinorUnits;
  activatedAt: Date;
  /** The last day that its recurring fees have been paid for. */
  feesThrough: Day;
  passport: Passport | undefined;
}

/** The account's first entry: what there was on it before it was kept here, or what was owed. */
const OPENING = { kind: 'TOP_UP', cause: 'TOP_UP', causeId: 'opening balance' } as const;

/**
 * Adds lines, with what is on them and what is on their accounts, in the caller's transaction. Returns those that were
 * added: a number that is there already stays as it is.
 */
export async function addLines(
  app: Pick<App, 'clock' | 'secrets'>,
  tx: Tx,
  lines: readonly NewLine[],
): Promise<Set<NewLine>> {
  const at = app.clock.now();
  const given = lines.map((line) => ({ line, id: randomUUID() }));
  const created = await tx.subscriber.createManyAndReturn({
    data: given.map(({ id, line: { services: _services, balance: _balance, ...line } }) => ({
      ...line,
      id,
      feesThrough: toColumn(line.feesThrough),
      passport: line.passport ? passportDigest(app.secrets, id, line.passport) : null,
    })),
    skipDuplicates: true,
    select: { id: true },
  });
  const ids = new Set(created.map(({ id }) => id));
  const added = given.filter(({ id }) => ids.has(id));
  await tx.subscriberService.createMany({
    data: added.flatMap(({ id, line: { services } }) =>
      services.map(({ code, activeSince }) => ({ subscriberId: id, serviceCode: code, activeSince })),
    ),
  });
  await moveAll(
    tx,
    added
      .filter(({ line }) => line.balance !== 0n)
      .map(({ id, line }) => ({ subscriberId: id, at, amount: line.balance, ...OPENING })),
  );
  return new Set(added.map(({ line }) => line));
}
