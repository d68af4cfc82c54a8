import pg from 'pg';
import { loadDemo } from '../../prisma/seed.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import { ensureParts, monthOf } from '../../src/usage/parts.ts';

/** A line that somebody is signed in to. */
export interface Viewer {
  id: string;
  accessToken: string;
  refreshToken: string;
  /** When its tokens are to be replaced; spread, as people's are. */
  renewAt: number;
}

/** Kopecks: more than a soak can spend. */
const BALANCE = 10_000_000_000;
const RECORDS = 200;
const DAY_MS = 86_400_000;
/** Access tokens live ten minutes. */
export const renewSoon = (): number => Date.now() + (5 + Math.random() * 3) * 60_000;

export interface Place {
  config: Config;
  databaseUrl: string;
  secretsKeys: string[];
}

/** The simulated network treats some numbers below it their own way. */
const FIRST = 1_000;

/** The number of the n-th line, and the address that it has alone. */
export const lineOf = (n: number): { phoneNumber: string; address: string } => ({
  phoneNumber: `+7917${String(FIRST + n).padStart(7, '0')}`,
  address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
});

/** The demo operator with so many lines: the first ones are signed in and have usage, the rest sign in by SMS. */
export async function loadLines(place: Place, lines: number, signedIn: number): Promise<Viewer[]> {
  await migrate(place.databaseUrl);
  const app = await createApp({ ...place, cron: false });
  try {
    await loadDemo(app);
    const now = Date.now();
    await ensureParts(app.db, [
      monthOf(new Date(now - 40 * DAY_MS)),
      monthOf(new Date(now - 20 * DAY_MS)),
      monthOf(new Date(now)),
    ]);
    await fill(place.databaseUrl, lines, signedIn);
    const sessions = await app.db.session.findMany({
      select: { subscriberId: true, id: true, generation: true },
    });
    return await Promise.all(
      sessions.map(async (session) => ({
        id: session.subscriberId,
        renewAt: renewSoon(),
        ...(await issueTokens(app, { ...session, device: 'soak' })),
      })),
    );
  } finally {
    await app.close();
  }
}

async function fill(databaseUrl: string, lines: number, signedIn: number): Promise<void> {
  const db = new pg.Client(databaseUrl);
  await db.connect();
  try {
    for (const statement of statements(lines, signedIn)) await db.query(statement);
    await db.query('VACUUM ANALYZE');
  } finally {
    await db.end();
  }
}

const statements = (lines: number, signedIn: number): string[] => [
  `CREATE TEMP TABLE given AS SELECT n, uuidv7() AS id FROM generate_series(1, ${lines}) AS n`,
  `INSERT INTO subscribers (id, phone_number, full_name, time_zone, tariff_code, balance, activated_at, fees_through)
   SELECT id, '+7917' || lpad((${FIRST} + n)::text, 7, '0'), 'Волкова Ольга ' || n, 'Europe/Moscow', 'SMART', ${BALANCE},
          now() - interval '3 years', (now() AT TIME ZONE 'Europe/Moscow')::date FROM given`,
  `INSERT INTO ledger_entries (subscriber_id, id, at, amount, kind, cause, cause_id)
   SELECT id, uuidv7(), now() - interval '3 years', ${BALANCE}, 'TOP_UP', 'TOP_UP', 'soak' FROM given`,
  `INSERT INTO subscriber_services (subscriber_id, service_code, active_since)
   SELECT id, code, now() - interval '1 year' FROM given, unnest(ARRAY['CALLER_ID', 'ROAMING', 'WEATHER']) AS code`,
  `INSERT INTO sessions (subscriber_id, id, created_at, last_seen_at, expires_at)
   SELECT id, uuidv7(), now(), now(), now() + interval '7 days' FROM given WHERE n <= ${signedIn}`,
  `INSERT INTO usage_records (subscriber_id, at, record_id, kind, peer, amount, cost)
   SELECT id, date_trunc('hour', now()) - r * interval '3 hours' - interval '1 day', 'soak-' || r,
          (enum_range(NULL::"UsageKind"))[1 + r % 3], CASE r % 3 WHEN 2 THEN 'internet' ELSE '+79160000000' END,
          CASE r % 3 WHEN 0 THEN r * 7 WHEN 1 THEN 1 ELSE r * 100000 END, r % 400
   FROM given, generate_series(1, ${RECORDS}) AS r WHERE n <= ${signedIn}`,
];
