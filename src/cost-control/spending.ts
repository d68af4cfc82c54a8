import { addDays, startOf, toColumn } from '../calendar.ts';
import type { UsageKind } from '../generated/prisma/enums.ts';
import type { Reader } from '../ports/database.ts';
import {
  SPENDING_KINDS,
  type SpendingKind,
  type StatementLine,
  type StatementTotals,
} from '../statements/statement.ts';
import { firstOwnDay, type Owned } from '../subscriber/present-owner.ts';
import type { Period } from './period.ts';

/** What usage is spent on. */
export const SPENT_ON = { CALL: 'CALLS', SMS: 'MESSAGES', DATA: 'DATA' } as const satisfies Record<
  UsageKind,
  SpendingKind
>;

interface Row {
  day: string;
  kind: SpendingKind;
  count: bigint;
  amount: bigint;
  total: bigint;
}

/**
 * What a line spent in a period, by kind and by day of its zone, in one statement: usage from the days' totals, fees from
 * the account's rows; nothing of a former owner's.
 */
export async function spendingOf(
  db: Reader,
  line: Owned & { id: string },
  { from, to }: Period,
): Promise<StatementTotals> {
  const { id, timeZone } = line;
  const own = firstOwnDay(line) ?? from;
  const rows = await db.$queryRaw<Row[]>`
    SELECT day::text, CASE kind WHEN 'CALL' THEN 'CALLS' WHEN 'SMS' THEN 'MESSAGES' ELSE 'DATA' END AS kind,
           records::bigint AS count, seconds + messages + bytes AS amount, cost AS total
    FROM usage_days
    WHERE subscriber_id = ${id}::uuid AND day BETWEEN ${toColumn(own > from ? own : from)}::date AND ${toColumn(to)}::date
    UNION ALL
    SELECT (at AT TIME ZONE ${timeZone})::date::text, kind::text, count(*), 0, -sum(amount)::bigint
    FROM ledger_entries
    WHERE subscriber_id = ${id}::uuid AND amount < 0 AND former_at IS NULL AND kind IN ('SERVICE_FEES', 'TARIFF_FEES', 'OTHER')
      AND at >= ${startOf(from, timeZone)} AND at < ${startOf(addDays(to, 1), timeZone)}
    GROUP BY 1, 2
    ORDER BY 1, 2`;
  const lines = SPENDING_KINDS.flatMap((kind) => lineOf(kind, rows));
  return {
    lines,
    days: rows.filter(({ total }) => total > 0n).map(({ day, kind, total }) => ({ day, kind, total })),
    total: lines.reduce((sum, { total }) => sum + total, 0n),
  };
}

function lineOf(kind: SpendingKind, rows: readonly Row[]): StatementLine[] {
  const ofKind = rows.filter((row) => row.kind === kind);
  if (!ofKind.length) return [];
  const sum = (of: 'count' | 'amount' | 'total') => ofKind.reduce((so, row) => so + row[of], 0n);
  const isUsage = Object.values<string>(SPENT_ON).includes(kind);
  const line = { kind, count: Number(sum('count')), total: sum('total') };
  return [isUsage ? { ...line, amount: sum('amount') } : line];
}

/** Until when all usage is known, as the loaded files say; before the first of them, nothing is. */
export async function dataCompleteThrough({ db }: { db: Reader }): Promise<Date> {
  const { _max } = await db.usageLoad.aggregate({
    _max: { completeThrough: true },
    where: { finishedAt: { not: null } },
  });
  return _max.completeThrough ?? new Date(0);
}
