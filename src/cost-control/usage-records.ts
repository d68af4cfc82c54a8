import { addDays, startOf } from '../calendar.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Copies, Copy } from '../ports/copies.ts';
import type { Tx } from '../ports/database.ts';
import { RecordBatch } from '../statements/record-batch.ts';
import { RECORD_KINDS } from '../statements/statement.ts';
import type { Period } from './period.ts';

/** A line's usage in a period, in order, as `tx` sees it. */
export const usageRecords = (
  copies: Copies,
  tx: Tx,
  { id, timeZone }: { id: string; timeZone: string },
  { from, to }: Period,
): Promise<Copy<RecordBatch>> =>
  copies.open(
    tx,
    Prisma.sql`
      SELECT at, kind, peer, amount, cost FROM usage_records
      WHERE subscriber_id = ${id}::uuid
        AND at >= ${startOf(from, timeZone)}::timestamptz AND at < ${startOf(addDays(to, 1), timeZone)}::timestamptz
      ORDER BY at, record_id`,
    (rows) => {
      const batch = new RecordBatch(rows.bytes);
      while (rows.next()) {
        const [at, kind] = [rows.moment(), rows.oneOf(RECORD_KINDS)];
        rows.text();
        batch.add(at, kind, rows.textStart, rows.textEnd, rows.integer(), rows.integer());
      }
      return batch;
    },
  );
