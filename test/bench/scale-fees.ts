import type pg from 'pg';
import type { RunningApp } from '../../src/app.ts';
import { takeRecurringFeesHandler } from '../../src/ledger/take-fees.ts';

/** Lines a second of which the hourly job takes the fees of a day, where each of their services has one: the newest. */
export async function measureFees(app: RunningApp, db: pg.Client, lines: number): Promise<number> {
  await db.query(
    `CREATE TEMP TABLE charged AS
     SELECT id FROM subscribers WHERE phone_number LIKE '+7918%' ORDER BY phone_number DESC LIMIT $1`,
    [lines],
  );
  // A monthly fee is due on the day after the one that its service was connected on
  await db.query(
    `UPDATE subscriber_services SET active_since = now() - interval '1 day' - interval '1 year'
     WHERE subscriber_id IN (SELECT id FROM charged)`,
  );
  await db.query(
    'UPDATE subscribers SET fees_through = fees_through - 1 WHERE id IN (SELECT id FROM charged)',
  );
  const before = await entries(db);
  const start = performance.now();
  await takeRecurringFeesHandler(app).run({});
  const seconds = (performance.now() - start) / 1_000;
  if ((await entries(db)) < before + lines) throw new Error('Somebody’s fees were not taken');
  await db.query('DROP TABLE charged');
  return lines / seconds;
}

const entries = async (db: pg.Client): Promise<number> =>
  (await db.query<{ count: number }>('SELECT count(*)::int AS count FROM ledger_entries')).rows[0]!.count;
