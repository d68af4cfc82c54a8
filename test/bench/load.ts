import pg from 'pg';
import { loadDemo } from '../../prisma/seed.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createApp } from '../../src/app.ts';
import { ensureParts } from '../../src/usage/parts.ts';
import type { Bench } from './bench.ts';

const SERVICES = 200;
const TARIFFS = 40;
/** The line of the export has its records in this month; the rest of the days are empty. */
export const EXPORT_MONTH = '2026-10';
export const EXPORT_PHONE = '+79170000001';

/** The demo operator, its catalogue grown to 200 services and 40 tariffs, and so many lines with all that they have. */
export async function load(
  { config, databaseUrl, secretsKeys }: Pick<Bench, 'config' | 'databaseUrl' | 'secretsKeys'>,
  size: { lines: number; records: number },
): Promise<void> {
  await migrate(databaseUrl);
  const app = await createApp({ config, databaseUrl, secretsKeys, cron: false });
  await loadDemo(app);
  await ensureParts(app.db, [EXPORT_MONTH]);
  await app.close();
  const db = new pg.Client(databaseUrl);
  await db.connect();
  for (const statement of [...catalogue(), ...linesOf(size.lines), MONTHS, ...recordsOf(size.records)])
    await db.query(statement);
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
  await db.end();
}

const catalogue = (): string[] => [
  `INSERT INTO services (code, name, description, category, connection_fee, recurring_fee, recurrence, consultant_fee, position)
   SELECT 'BENCH_' || n, jsonb_build_object('ru', 'Услуга ' || n, 'en', 'Service ' || n),
          jsonb_build_object('ru', 'Описание услуги ' || n, 'en', 'What service ' || n || ' does'),
          (enum_range(NULL::"ServiceCategory"))[1 + n % 7], n * 100, n * 10 + 90, 'MONTHLY', 5000, 1000 + n
   FROM generate_series(1, ${SERVICES} - (SELECT count(*) FROM services)) AS n`,
  `INSERT INTO tariffs (code, name, description, monthly_fee, switch_fee, position)
   SELECT 'BENCH_' || n, jsonb_build_object('ru', 'Тариф ' || n), jsonb_build_object('ru', 'Описание тарифа ' || n),
          n * 1000, 15000, 1000 + n
   FROM generate_series(1, ${TARIFFS} - (SELECT count(*) FROM tariffs)) AS n`,
];

const linesOf = (lines: number): string[] => [
  `CREATE TEMP TABLE given AS
   SELECT n, gen_random_uuid() AS id, (SELECT array_agg(code ORDER BY position) FROM services) AS services,
          (SELECT array_agg(code ORDER BY position) FROM tariffs) AS tariffs
   FROM generate_series(1, ${lines}) AS n`,
  `INSERT INTO subscribers (id, phone_number, full_name, time_zone, tariff_code, balance, activated_at, fees_through)
   SELECT id, '+7917' || lpad(n::text, 7, '0'), 'Волкова Ольга ' || n, 'Europe/Moscow',
          tariffs[1 + n % ${TARIFFS}], n * 7 % 100000, now() - interval '3 years',
          (now() AT TIME ZONE 'Europe/Moscow')::date FROM given`,
  `INSERT INTO ledger_entries (subscriber_id, id, at, amount, kind, cause, cause_id)
   SELECT id, gen_random_uuid(), now() - interval '3 years', n * 7 % 100000, 'TOP_UP', 'TOP_UP', 'bench'
   FROM given WHERE n * 7 % 100000 > 0`,
  `INSERT INTO subscriber_services (subscriber_id, service_code, active_since)
   SELECT id, services[1 + (n * 7 + k * 37) % ${SERVICES}], now() - interval '1 year' FROM given, generate_series(0, 4) AS k`,
  `INSERT INTO sessions (subscriber_id, id, created_at, last_seen_at, expires_at)
   SELECT id, gen_random_uuid(), now(), now(), now() + interval '7 days' FROM given`,
  `INSERT INTO detail_orders (subscriber_id, id, "from", "to", format, delivery, state, fee, language, progress,
     record_count, byte_size, sha256, data_complete_through, created_at, finished_at, expires_at)
   SELECT id, uuidv7(-k * interval '1 hour'), current_date - 40, current_date - 10, 'CSV', 'DOWNLOAD', 'COMPLETED', 0, 'ru', 100,
          10, 1000, repeat('0', 64), now(), now() - k * interval '1 hour' - n * interval '1 second', now(), now() + interval '7 days'
   FROM given, generate_series(1, 2) AS k`,
];

/** Six months for the lines whose tokens are used (`tokensOf`), as loading their records would have left them. */
const USED = 1_000;
const MONTHS = `INSERT INTO usage_months (subscriber_id, month, kind, records, seconds, minutes, messages, bytes, megabytes, cost)
   SELECT id, (date_trunc('month', now()) - m * interval '1 month')::date, kind, 100,
          CASE kind WHEN 'CALL' THEN 9000 + n % 7000 ELSE 0 END, CASE kind WHEN 'CALL' THEN 200 + n % 100 ELSE 0 END,
          CASE kind WHEN 'SMS' THEN 40 + m * 3 ELSE 0 END, CASE kind WHEN 'DATA' THEN 5000000000 + n * 1000 ELSE 0 END,
          CASE kind WHEN 'DATA' THEN 5000 + n % 999 ELSE 0 END, 10000 + n % 5000
   FROM (SELECT id, n FROM given ORDER BY id LIMIT ${USED}) AS used, generate_series(1, 6) AS m,
        unnest(enum_range(NULL::"UsageKind")) AS kind`;

/** Spread evenly over the month, of one line. */
const recordsOf = (records: number): string[] => [
  `INSERT INTO usage_records (subscriber_id, at, record_id, kind, peer, amount, cost)
   SELECT id, '${EXPORT_MONTH}-01 00:00+00'::timestamptz + r * (interval '30 days' / ${records}), 'bench-' || r,
          (enum_range(NULL::"UsageKind"))[1 + (r % 3)::int],
          CASE r % 3 WHEN 2 THEN 'internet' ELSE '+7916' || lpad((r * 7919 % 10000000)::text, 7, '0') END,
          CASE r % 3 WHEN 0 THEN r % 3600 WHEN 1 THEN 1 ELSE r * 7919 % 50000000 END, r % 400
   FROM given, generate_series(1::bigint, ${records}) AS r WHERE n = 1`,
  `INSERT INTO usage_days (subscriber_id, day, kind, records, seconds, minutes, messages, bytes, megabytes, cost)
   SELECT subscriber_id, (at AT TIME ZONE 'Europe/Moscow')::date, kind, count(*),
          sum(CASE kind WHEN 'CALL' THEN amount ELSE 0 END), sum(CASE kind WHEN 'CALL' THEN (amount + 59) / 60 ELSE 0 END),
          sum(CASE kind WHEN 'SMS' THEN amount ELSE 0 END), sum(CASE kind WHEN 'DATA' THEN amount ELSE 0 END),
          sum(CASE kind WHEN 'DATA' THEN (amount + 1048575) / 1048576 ELSE 0 END), sum(cost)
   FROM usage_records GROUP BY 1, 2, 3`,
];
