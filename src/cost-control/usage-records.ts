import { addDays, startOf } from '../calendar.ts';
import type { Reader } from '../ports/database.ts';
import type { RecordKind, StatementRecord } from '../statements/statement.ts';
import type { Period } from './period.ts';

/** Some milliseconds' work for the database, and some hundred kilobytes here. */
const BATCH = 4_000;
/** Between values (the control character that was made for it). */
const SEPARATOR = '\u001F';
const REPLACEMENT = '\uFFFD';
const VALUES = 5;

/** A batch in one row: what a row costs on its way here is paid once for many records. */
interface Batch {
  count: number;
  /** The values of all records, one after the other. */
  values: string;
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
      yield recordsIn(batch);
    }
  } finally {
    // Whoever stops early ends the transaction next: nothing may be under way in it
    await next.catch(() => {});
  }
}

/**
 * The next records as one text, so that a million of them take seconds. The separator is no character that a statement
 * could show: in a value it stands as what it would be shown as.
 */
async function readBatch(
  db: Reader,
  id: string,
  { lastAt, lastId }: Pick<Batch, 'lastAt' | 'lastId'>,
  end: Date,
): Promise<Batch | undefined> {
  const [batch] = await db.$queryRaw<Batch[]>`
    SELECT count(*)::int AS count, max(at) AS "lastAt", (array_agg(record_id))[count(*)] AS "lastId",
      string_agg(concat_ws(${SEPARATOR}, date_part('epoch', at), kind, amount, cost,
        replace(peer, ${SEPARATOR}, ${REPLACEMENT})), ${SEPARATOR}) AS values
    FROM (
      SELECT * FROM usage_records
      WHERE subscriber_id = ${id}::uuid AND (at, record_id) > (${lastAt}, ${lastId}) AND at < ${end}
      ORDER BY at, record_id LIMIT ${BATCH}
    ) AS page`;
  return batch?.count ? batch : undefined;
}

function recordsIn({ values }: Batch): StatementRecord[] {
  const all = values.split(SEPARATOR);
  const records: StatementRecord[] = [];
  for (let i = 0; i < all.length; i += VALUES)
    records.push({
      at: new Date(Math.round(Number(all[i]) * 1_000)),
      kind: all[i + 1] as RecordKind,
      amount: BigInt(all[i + 2]!),
      cost: BigInt(all[i + 3]!),
      peer: all[i + 4]!,
    });
  return records;
}
