import pg from 'pg';

/** Lines whose account does not agree with its rows: the balance with the ledger, what is held with the open orders. */
const WRONG = `
  WITH open_orders AS (${['service_orders', 'tariff_changes', 'detail_orders']
    .map((table) => `SELECT subscriber_id, fee FROM ${table} WHERE finished_at IS NULL`)
    .join(' UNION ALL ')})
  SELECT phone_number, balance, held,
    (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE subscriber_id = s.id) AS entries,
    (SELECT coalesce(sum(fee), 0) FROM open_orders WHERE subscriber_id = s.id) AS open_fees
  FROM subscribers s`;

/** Whatever a test did, money moved with its rows: asked after every test's run. */
export async function expectBalanced(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT * FROM (${WRONG}) AS accounts WHERE balance <> entries OR held <> open_fees`,
    );
    if (rows.length) throw new Error(`Accounts do not agree with their rows: ${JSON.stringify(rows)}`);
  } finally {
    await client.end();
  }
}
