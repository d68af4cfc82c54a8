import pg from 'pg';

/** A table as it lies on the disk. */
export interface TableSize {
  table: string;
  rows: number;
  /** With its indexes and what is stored aside. */
  bytes: number;
  indexBytes: number;
  /** How many pages lie between the root of its deepest index and a row's place, the root included. */
  depth: number;
}

const FIRST = 1_000_000;

/**
 * Adds lines with all that they have until there are so many, after `have` of them; returns how long it took, s. Ids are
 * made as the product makes them. Foreign keys are not looked up, row by row, for what is right by construction.
 */
export async function growTo(databaseUrl: string, have: number, lines: number): Promise<number> {
  const start = performance.now();
  const db = new pg.Client(databaseUrl);
  await db.connect();
  try {
    await db.query('SET session_replication_role = replica');
    await db.query("SET work_mem = '256MB'");
    for (const statement of statements(have + 1, lines)) await db.query(statement);
    const seconds = (performance.now() - start) / 1_000;
    await db.query('VACUUM ANALYZE');
    await db.query('CHECKPOINT');
    return seconds;
  } finally {
    await db.end();
  }
}

const statements = (from: number, to: number): string[] => [
  `CREATE TEMP TABLE given AS SELECT n, uuidv7() AS id FROM generate_series(${from}, ${to}) AS n`,
  `INSERT INTO subscribers (id, phone_number, full_name, time_zone, tariff_code, balance, activated_at, fees_through)
   SELECT id, '+7918' || lpad((${FIRST} + n)::text, 7, '0'), 'Волкова Ольга ' || n, 'Europe/Moscow',
          tariffs[1 + n % cardinality(tariffs)], 100000, now() - interval '3 years',
          (now() AT TIME ZONE 'Europe/Moscow')::date
   FROM given, (SELECT array_agg(code ORDER BY position) AS tariffs FROM tariffs WHERE code LIKE 'BENCH%') AS t`,
  `INSERT INTO ledger_entries (subscriber_id, id, at, amount, kind, cause, cause_id)
   SELECT id, uuidv7(), now() - interval '3 years', 100000, 'TOP_UP', 'TOP_UP', 'scale' FROM given`,
  `INSERT INTO subscriber_services (subscriber_id, service_code, active_since)
   SELECT id, services[1 + (n * 7 + k * 37) % cardinality(services)], now() - interval '1 year'
   FROM given, generate_series(0, 4) AS k,
        (SELECT array_agg(code ORDER BY position) AS services FROM services WHERE code LIKE 'BENCH%') AS s`,
  `INSERT INTO sessions (subscriber_id, id, created_at, last_seen_at, expires_at)
   SELECT id, uuidv7(), now(), now(), now() + interval '7 days' FROM given`,
  `INSERT INTO detail_orders (subscriber_id, id, "from", "to", format, delivery, state, fee, language, progress,
     record_count, byte_size, sha256, data_complete_through, created_at, finished_at, expires_at)
   SELECT id, uuidv7(), current_date - 40, current_date - 10, 'CSV', 'DOWNLOAD', 'COMPLETED', 0, 'ru', 100,
          10, 1000, repeat('0', 64), now(), now() - k * interval '1 hour', now(), now() + interval '7 days'
   FROM given, generate_series(1, 2) AS k`,
];

/** The tables of lines, greatest first; parts of a table are counted as its own. */
export async function tableSizes(db: pg.Client): Promise<TableSize[]> {
  await db.query('CREATE EXTENSION IF NOT EXISTS pageinspect');
  const { rows } = await db.query(
    `SELECT coalesce(p.relname, c.relname) AS "table", sum(greatest(c.reltuples, 0))::float AS rows,
            sum(pg_total_relation_size(c.oid))::float AS bytes, sum(pg_indexes_size(c.oid))::float AS "indexBytes",
            max((SELECT max((bt_metap(x.indexrelid::regclass::text)).level + 1) FROM pg_index x
                 JOIN pg_class ic ON ic.oid = x.indexrelid JOIN pg_am am ON am.oid = ic.relam
                 WHERE x.indrelid = c.oid AND am.amname = 'btree'))::int AS depth
     FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'usage_parts'::regnamespace)
     GROUP BY 1 HAVING sum(greatest(c.reltuples, 0)) >= 100 ORDER BY bytes DESC`,
  );
  return rows as TableSize[];
}

/** Of the whole database, bytes. */
export async function databaseSize(db: pg.Client): Promise<number> {
  const { rows } = await db.query('SELECT pg_database_size(current_database())::float AS bytes');
  return rows[0].bytes as number;
}
