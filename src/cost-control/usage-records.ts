import { addDays, startOf } from '../calendar.ts';
import type { Reader } from '../ports/database.ts';
import type { RecordKind, StatementRecord } from '../statements/statement.ts';
import type { Period } from './period.ts';

/** Some milliseconds' work for the database, and some hundred kilobytes here. */
const BATCH = 4_000;
/** Between records and between their values (the control characters that were made for it). */
const [RECORD_END, VALUE_END] = ['\u001E', '\u001F'];
const REPLACEMENT = '\uFFFD';

/** A batch in one row: what a row costs on its way here is paid once for many records. */
interface Batch {
  count: number;
  records: string;
  lastAt: Date;
  lastId: string;
}

/**
 * A line's usage in a period, in order, a batch at a time: each goes on from the last record of the one before. The
 * next is read while one is at work. `db` is a transaction where all of it, and its totals, have to be of one moment.
 */
export async function* usageRecords(
  db: Reader,
  { id, timeZone }: { id: string; timeZone: string },
  { from, to }: Period,
): AsyncGenerator<StatementRecord[]> {
  const end = startOf(addDays(to, 1), timeZone);
  let next = readBatch(db, id, { lastAt: startOf(from, timeZone), lastId: '' }, end);
  try {
    for (;;) {
      const batch = await next;
      if (!batch) return;
      next = batch.count < BATCH ? Promise.resolve(undefined) : readBatch(db, id, batch, end);
      // It is looked at when its turn comes
      next.catch(() => {});
      yield batch.records.split(RECORD_END).map(recordOf);
    }
  } finally {
    // Whoever stops early ends the transaction next: nothing may be under way in it
    await next.catch(() => {});
  }
}

/**
 * The next records as one text, so that a million of them take seconds. The two characters between values are none
 * that a statement could show: in a value each stands as what it is shown as.
 */
async function readBatch(
  db: Reader,
  id: string,
  { lastAt, lastId }: Pick<Batch, 'lastAt' | 'lastId'>,
  end: Date,
): Promise<Batch | undefined> {
  const [batch] = await db.$queryRaw<Batch[]>`
    SELECT count(*)::int AS count, max(at) AS "lastAt", (array_agg(record_id))[count(*)] AS "lastId",
      string_agg(concat_ws(${VALUE_END}, (date_part('epoch', at) * 1000)::bigint, kind, amount, cost,
        translate(peer, ${VALUE_END + RECORD_END}, ${REPLACEMENT + REPLACEMENT})), ${RECORD_END}) AS records
    FROM (
      SELECT * FROM usage_records
      WHERE subscriber_id = ${id}::uuid AND (at, record_id) > (${lastAt}, ${lastId}) AND at < ${end}
      ORDER BY at, record_id LIMIT ${BATCH}
    ) AS page`;
  return batch?.count ? batch : undefined;
}

function recordOf(text: string): StatementRecord {
  const [at, kind, amount, cost, peer] = text.split(VALUE_END) as [string, RecordKind, string, string, string];
  return { at: new Date(Number(at)), kind, peer, amount: BigInt(amount), cost: BigInt(cost) };
}
