import { addDays, startOf } from '../calendar.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Copies, Copy } from '../ports/copies.ts';
import type { Tx } from '../ports/database.ts';
import { RECORD_KINDS, type StatementRecord } from '../statements/statement.ts';
import type { Period } from './period.ts';

/** A line's usage in a period, in order, as `tx` sees it. */
export const usageRecords = (
  copies: Copies,
  tx: Tx,
  { id, timeZone }: { id: string; timeZone: string },
  { from, to }: Period,
): Promise<Copy<StatementRecord>> =>
  copies.open(
    tx,
    Prisma.sql`
      SELECT at, kind, peer, amount, cost FROM usage_records
      WHERE subscriber_id = ${id}::uuid
        AND at >= ${startOf(from, timeZone)}::timestamptz AND at < ${startOf(addDays(to, 1), timeZone)}::timestamptz
      ORDER BY at, record_id`,
    (row) => ({
      at: row.date(),
      kind: row.oneOf(RECORD_KINDS),
      peer: row.text(),
      amount: row.integer(),
      cost: row.integer(),
    }),
  );
