import type pg from 'pg';
import { expectBalanced } from '../support/balanced.ts';

const CHECKS: readonly (readonly [what: string, sql: string])[] = [
  ['lines hold money for nothing', 'SELECT id FROM subscribers WHERE held <> 0'],
  [
    'orders are still open',
    `SELECT id FROM service_orders WHERE finished_at IS NULL
     UNION ALL SELECT id FROM detail_orders WHERE finished_at IS NULL`,
  ],
  [
    'orders did not end once',
    `SELECT o.id FROM (SELECT subscriber_id, id FROM service_orders UNION ALL
                       SELECT subscriber_id, id FROM detail_orders WHERE created_at > now() - interval '1 day') AS o
     LEFT JOIN events e ON e.subscriber_id = o.subscriber_id AND e.order_id = o.id
       AND e.state IN ('COMPLETED', 'FAILED', 'CANCELLED')
     GROUP BY o.id HAVING count(e.seq) <> 1`,
  ],
  [
    'events have gaps',
    'SELECT subscriber_id FROM events GROUP BY 1 HAVING count(*) <> max(seq) OR min(seq) <> 1',
  ],
];

/** What is wrong with accounts and orders once all is over; nothing: they are right. */
export async function wrongInBooks(
  db: pg.Client,
  databaseUrl: string,
  accepted: ReadonlySet<string>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, sql] of CHECKS) {
    const { rowCount } = await db.query(sql);
    if (rowCount) wrong.push(`${rowCount} ${what}`);
  }
  await expectBalanced(databaseUrl).catch((error: Error) => wrong.push(error.message.slice(0, 500)));
  const { rows } = await db.query('SELECT count(*)::int AS orders FROM service_orders');
  if (rows[0].orders !== accepted.size)
    wrong.push(`${accepted.size} service orders were accepted and ${rows[0].orders} are written`);
  return wrong;
}
