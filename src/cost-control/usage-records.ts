import { addDays, startOf } from '../calendar.ts';
import type { Reader } from '../ports/database.ts';
import type { StatementRecord } from '../statements/statement.ts';
import type { Period } from './period.ts';

const BATCH = 2_000;

interface Row extends StatementRecord {
  recordId: string;
}

/** A line's usage in a period, in order, a batch at a time: each goes on from the last record of the one before. */
export async function* usageRecords(
  db: Reader,
  { id, timeZone }: { id: string; timeZone: string },
  { from, to }: Period,
): AsyncGenerator<StatementRecord[]> {
  const end = startOf(addDays(to, 1), timeZone);
  let last = { at: startOf(from, timeZone), recordId: '' };
  for (;;) {
    const rows = await db.$queryRaw<Row[]>`
      SELECT at, record_id AS "recordId", kind::text, peer, amount, cost FROM usage_records
      WHERE subscriber_id = ${id}::uuid AND (at, record_id) > (${last.at}, ${last.recordId}) AND at < ${end}
      ORDER BY at, record_id LIMIT ${BATCH}`;
    if (rows.length) yield rows;
    if (rows.length < BATCH) return;
    last = rows.at(-1)!;
  }
}
