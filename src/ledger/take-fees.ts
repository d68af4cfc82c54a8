import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { addDays, type Day, dayOf, daysFrom, fromColumn, toColumn } from '../calendar.ts';
import { DEFAULT_LANGUAGE } from '../messages/language.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { sendNotice } from '../sms/jobs.ts';
import { takeRecurringFees } from './jobs.ts';
import { move } from './move.ts';
import { feesDueOn, type RecurringFee } from './recurring-fees.ts';

const PAGE = 500;
const AT_ONCE = 4;

type Charging = Pick<App, 'clock' | 'catalogue' | 'jobs'>;
type Parts = Charging & Pick<App, 'db' | 'log'>;

const payer = {
  id: true,
  status: true,
  unpaid: true,
  tariffCode: true,
  timeZone: true,
  balance: true,
  held: true,
  feesThrough: true,
  services: { select: { serviceCode: true, activeSince: true } },
} as const;

/**
 * Takes a line's recurring fees for every day since the last that they were taken for. Each day's are taken together
 * or, where there is too little, not at all: then the line is suspended and its owner told. Called under the line's
 * lock, and before anything changes that they depend on: what is past is paid as it was.
 */
export async function takeDueFees(app: Charging, tx: Tx, subscriberId: string): Promise<void> {
  const line = await tx.subscriber.findUniqueOrThrow({ where: { id: subscriberId }, select: payer });
  const today = dayOf(app.clock.now(), line.timeZone);
  let through = fromColumn(line.feesThrough);
  if (line.status !== 'ACTIVE' || through >= today) return;
  let available = line.balance - line.held;
  for (const day of daysFrom(addDays(through, 1), today)) {
    const due = feesDueOn(app.catalogue.current(), line, day);
    const sum = sumOf(due);
    if (sum > 0n && sum > available) {
      await suspend(app, tx, subscriberId);
      break;
    }
    await take(app, tx, subscriberId, due, day);
    available -= sum;
    through = day;
  }
  await tx.subscriber.update({ where: { id: subscriberId }, data: { feesThrough: toColumn(through) } });
}

const takeFeesOf = (app: Parts, subscriberId: string): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    await takeDueFees(app, tx, subscriberId);
  });

/**
 * Opens a line that was suspended for want of money, if what fell due meanwhile can be paid now: of each fee the
 * latest, since nothing could be used in between. Called under the line's lock.
 */
export async function resumeIfPaid(app: Charging, tx: Tx, subscriberId: string): Promise<void> {
  const line = await tx.subscriber.findUniqueOrThrow({ where: { id: subscriberId }, select: payer });
  if (!line.unpaid) return;
  const today = dayOf(app.clock.now(), line.timeZone);
  const latest = new Map<string, { fee: RecurringFee; day: Day }>();
  for (const day of daysFrom(addDays(fromColumn(line.feesThrough), 1), today))
    for (const fee of feesDueOn(app.catalogue.current(), line, day))
      latest.set(`${fee.cause}/${fee.causeId}`, { fee, day });
  const due = [...latest.values()];
  if (sumOf(due.map(({ fee }) => fee)) > line.balance - line.held) return;
  for (const { fee, day } of due) await take(app, tx, subscriberId, [fee], day);
  await tx.subscriber.update({
    where: { id: subscriberId },
    data: { status: 'ACTIVE', unpaid: false, feesThrough: toColumn(today) },
  });
  await tell(app, tx, subscriberId, 'LINE_RESTORED');
}

const sumOf = (fees: readonly RecurringFee[]): bigint => fees.reduce((sum, { amount }) => sum + amount, 0n);

async function take(
  app: Pick<App, 'clock'>,
  tx: Tx,
  subscriberId: string,
  fees: readonly RecurringFee[],
  day: Day,
): Promise<void> {
  for (const { amount, spentOn, cause, causeId } of fees)
    await move(tx, {
      subscriberId,
      at: app.clock.now(),
      amount: -amount,
      kind: spentOn,
      cause,
      causeId,
      period: toColumn(day),
    });
}

async function suspend(app: Charging, tx: Tx, subscriberId: string): Promise<void> {
  await tx.subscriber.update({ where: { id: subscriberId }, data: { status: 'SUSPENDED', unpaid: true } });
  await tell(app, tx, subscriberId, 'LINE_SUSPENDED');
}

const tell = (
  app: Pick<App, 'jobs'>,
  tx: Tx,
  subscriberId: string,
  notice: 'LINE_SUSPENDED' | 'LINE_RESTORED',
) => app.jobs.enqueue(tx, sendNotice, { id: randomUUID(), subscriberId, notice, language: DEFAULT_LANGUAGE });

/** Goes through the lines whose day has changed since their fees were taken; what it misses comes with the next run. */
async function takeFees(app: Parts): Promise<void> {
  const limit = pLimit(AT_ONCE);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const lines = await app.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM subscribers
      WHERE id > ${after}::uuid AND status = 'ACTIVE'
        AND fees_through < (${app.clock.now()}::timestamptz AT TIME ZONE time_zone)::date
      ORDER BY id LIMIT ${PAGE}`;
    await limit.map(lines, ({ id }) =>
      takeFeesOf(app, id).catch((err: unknown) =>
        app.log.error({ err, line: id }, 'the fees of a line could not be taken yet'),
      ),
    );
    if (lines.length < PAGE) return;
    after = lines.at(-1)!.id;
  }
}

export const takeRecurringFeesHandler = (app: Parts): JobHandler => ({
  definition: takeRecurringFees,
  run: () => takeFees(app),
});
