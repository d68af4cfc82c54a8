import { addDays, addMonths, type Day, dayOf, daysFrom, startOf, toColumn } from '../../src/calendar.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { moveAll, type Movement } from '../../src/ledger/move.ts';
import { type FeePayer, feesDueOn } from '../../src/ledger/recurring-fees.ts';
import type { App } from '../../src/ports/app.ts';
import { addRecords } from '../../src/usage/add-records.ts';
import { ensureParts, monthOf } from '../../src/usage/parts.ts';
import type { UsageRecord } from '../../src/usage/record.ts';
import { demoUsage, type Habits } from './usage.ts';

const BATCH = 5_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a demo line used and paid in the last so many days, once; in the end there is on the account what there was. */
export async function loadHistory(
  app: Pick<App, 'db' | 'clock'>,
  catalogue: Catalogue,
  phoneNumber: string,
  { days, habits }: { days: number; habits: Habits },
): Promise<void> {
  const sha256 = `demo ${phoneNumber}`;
  if (await app.db.usageLoad.findUnique({ where: { sha256 } })) return;
  const to = new Date(Math.floor(app.clock.now().getTime() / HOUR_MS) * HOUR_MS);
  const from = new Date(to.getTime() - days * DAY_MS);
  await ensureParts(app.db, monthsBetween(from, to));
  await app.db.$transaction(
    async (tx) => {
      const line = await tx.subscriber.findUniqueOrThrow({
        where: { phoneNumber },
        include: { services: true },
      });
      const tariff = catalogue.tariff(line.tariffCode)!;
      const records = demoUsage(line.id, tariff, habits, { from, to, monthOf: monthsIn(line.timeZone) });
      for (const batch of batches(records)) await addRecords(tx, batch);
      await moveAll(tx, feesOf(catalogue, line, from, to));
      const { balance } = await tx.subscriber.findUniqueOrThrow({ where: { id: line.id } });
      const cause = { kind: 'TOP_UP', cause: 'TOP_UP', causeId: 'demo usage' } as const;
      await moveAll(tx, [{ subscriberId: line.id, at: from, amount: line.balance - balance, ...cause }]);
      const load = { sha256, lines: 0, startedAt: to, finishedAt: to, completeThrough: to };
      await tx.usageLoad.create({ data: load });
    },
    { timeout: 120_000 },
  );
}

const feesOf = (catalogue: Catalogue, line: FeePayer & { id: string }, from: Date, to: Date): Movement[] =>
  daysFrom(addDays(dayOf(from, line.timeZone), 1), dayOf(to, line.timeZone)).flatMap((day) => {
    const at = startOf(day, line.timeZone);
    return feesDueOn(catalogue, line, day).map(({ amount, spentOn, cause, causeId }): Movement => ({
      subscriberId: line.id,
      at,
      amount: -amount,
      kind: spentOn,
      cause,
      causeId,
      period: toColumn(day),
    }));
  });

function* batches(records: Iterable<UsageRecord>): Generator<UsageRecord[]> {
  let batch: UsageRecord[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length) yield batch;
}

const monthsBetween = (from: Date, to: Date): string[] => {
  const months = new Set<string>();
  for (let at = from.getTime(); at <= to.getTime(); at += DAY_MS) months.add(monthOf(new Date(at)));
  return [...months.add(monthOf(to))];
};

/** The month of moments that come in order, in a time zone: asked of the calendar once a month. */
function monthsIn(timeZone: string): (at: Date) => string {
  let month = '' as Day;
  let ends = new Date(0);
  return (at) => {
    if (at >= ends) {
      month = `${dayOf(at, timeZone).slice(0, 7)}-01` as Day;
      ends = startOf(addMonths(month, 1), timeZone);
    }
    return month;
  };
}
