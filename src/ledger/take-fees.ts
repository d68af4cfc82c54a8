import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { addDays, type Day, dayOf, daysFrom, fromColumn, toColumn } from '../calendar.ts';
import { DEFAULT_LANGUAGE } from '../messages/language.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { lockLines } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { sendNotice } from '../sms/jobs.ts';
import { takeRecurringFees } from './jobs.ts';
import { moveAll, type Movement } from './move.ts';
import { feesDueOn, type RecurringFee } from './recurring-fees.ts';

/** Lines of a transaction: what somebody does with one of them waits for all. */
const BATCH = 50;
const AT_ONCE = 4;
/** So long they wait for one of them that somebody else has; its turn comes with the next run at the latest. */
const LOCK_TIMEOUT = '3s';

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

type Payer = Prisma.SubscriberGetPayload<{ select: typeof payer }>;

/**
 * Takes the recurring fees of lines for every day since the last that they were taken for. Each day's are taken
 * together or, where there is too little, not at all: then the line is suspended and its owner told. Called under the
 * lines' locks, and before anything changes that they depend on: what is past is paid as it was.
 */
export async function takeDueFees(app: Charging, tx: Tx, ...subscriberIds: string[]): Promise<void> {
  const lines = await tx.subscriber.findMany({ where: { id: { in: subscriberIds } }, select: payer });
  const charged = lines.flatMap((line) => chargeOf(app, line) ?? []);
  if (!charged.length) return;
  await moveAll(
    tx,
    charged.flatMap(({ movements }) => movements),
  );
  await tx.$executeRaw`
    UPDATE subscribers SET fees_through = through
    FROM unnest(${charged.map(({ id }) => id)}::uuid[], ${charged.map(({ through }) => toColumn(through))}::date[])
      AS charged (id, through)
    WHERE subscribers.id = charged.id`;
  for (const { id, lacks } of charged) if (lacks) await suspend(app, tx, id);
}

interface Charged {
  id: string;
  movements: Movement[];
  /** The last day that is paid for now. */
  through: Day;
  /** The day after it could not be paid. */
  lacks: boolean;
}

/** What a line has to pay until today, as far as it can; undefined: nothing is due of it. */
function chargeOf(app: Charging, line: Payer): Charged | undefined {
  const today = dayOf(app.clock.now(), line.timeZone);
  const charged: Charged = {
    id: line.id,
    movements: [],
    through: fromColumn(line.feesThrough),
    lacks: false,
  };
  if (line.status !== 'ACTIVE' || charged.through >= today) return undefined;
  let available = line.balance - line.held;
  for (const day of daysFrom(addDays(charged.through, 1), today)) {
    const due = feesDueOn(app.catalogue.current(), line, day);
    const sum = sumOf(due);
    if (sum > 0n && sum > available) return { ...charged, lacks: true };
    charged.movements.push(...due.map((fee) => movementOf(app, line.id, fee, day)));
    available -= sum;
    charged.through = day;
  }
  return charged;
}

const takeFeesOf = (app: Parts, subscriberIds: string[]): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`;
    await lockLines(tx, subscriberIds);
    await takeDueFees(app, tx, ...subscriberIds);
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
  const through = toColumn(today);
  await moveAll(
    tx,
    due.map(({ fee, day }) => movementOf(app, subscriberId, fee, day)),
  );
  await tx.subscriber.update({
    where: { id: subscriberId },
    data: {
      status: 'ACTIVE',
      unpaid: false,
      // It may have been paid for further days when it came to us
      ...(line.feesThrough < through && { feesThrough: through }),
    },
  });
  await tell(app, tx, subscriberId, 'LINE_RESTORED');
}

const sumOf = (fees: readonly RecurringFee[]): bigint => fees.reduce((sum, { amount }) => sum + amount, 0n);

const movementOf = (
  app: Pick<App, 'clock'>,
  subscriberId: string,
  { amount, spentOn, cause, causeId }: RecurringFee,
  day: Day,
): Movement => ({
  subscriberId,
  at: app.clock.now(),
  amount: -amount,
  kind: spentOn,
  cause,
  causeId,
  period: toColumn(day),
});

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

/**
 * Goes through the lines whose day has changed since their fees were taken, a batch at a time; one by one where one of
 * them keeps the others from theirs. What it misses comes with the next run.
 * @throws where the fees of a line could not be taken
 */
async function takeFees(app: Parts): Promise<void> {
  const limit = pLimit(AT_ONCE);
  let [after, missed] = ['00000000-0000-0000-0000-000000000000', 0];
  const alone = (id: string) =>
    takeFeesOf(app, [id]).catch((err: unknown) => {
      missed++;
      app.log.error({ err, line: id }, 'the fees of a line could not be taken yet');
    });
  const together = (ids: string[]) =>
    takeFeesOf(app, ids).catch(async (err: unknown) => {
      app.log.warn({ err, lines: ids.length }, 'fees of lines are taken one by one');
      for (const id of ids) await alone(id);
    });
  for (;;) {
    const lines = await app.db.$queryRaw<{ id: string }[]>`
      SELECT id FROM subscribers
      WHERE id > ${after}::uuid AND status = 'ACTIVE'
        AND fees_through < (${app.clock.now()}::timestamptz AT TIME ZONE time_zone)::date
      ORDER BY id LIMIT ${AT_ONCE * BATCH}`;
    const ids = lines.map(({ id }) => id);
    const batches = Array.from({ length: AT_ONCE }, (_, i) => ids.slice(i * BATCH, (i + 1) * BATCH));
    await limit.map(
      batches.filter((batch) => batch.length),
      together,
    );
    if (lines.length < AT_ONCE * BATCH) break;
    after = ids.at(-1)!;
  }
  if (missed) throw new Error(`The fees of ${missed} lines could not be taken`);
}

export const takeRecurringFeesHandler = (app: Parts): JobHandler => ({
  definition: takeRecurringFees,
  run: () => takeFees(app),
});
