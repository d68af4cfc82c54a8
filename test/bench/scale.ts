// npm run scale -- [--lines 20000,200000,2000000] [--processes 1,3] [--seconds 3]: how it goes as it grows.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import { load } from './load.ts';
import { type Measured, startMeasured } from './measured-process.ts';
import { openPlace, type Place } from './place.ts';
import { databaseSize, growTo, tableSizes } from './scale-load.ts';
import { measureFees } from './scale-fees.ts';
import { measureReads } from './scale-reads.ts';
import { type Measurement, reportScale, type Size } from './scale-report.ts';
import { measureUsageLoad } from './scale-usage.ts';
import { measureWakeUps } from './scale-wake-ups.ts';
import { measureWrites } from './scale-writes.ts';

/** What every part measures with. */
export interface Scale {
  db: pg.Client;
  /** Lines by chance that are signed in. */
  viewers: { id: string; phoneNumber: string; accessToken: string }[];
  staffToken: string;
  /** How long each figure is measured. */
  seconds: number;
}

const VIEWERS = 600;
const USAGE_RECORDS = 20_000;
const FEES_OF = 20_000;
/** One for each round of activations; none costs anything to connect. */
const CODES = [
  'VOICEMAIL',
  'MISSED_CALLS',
  'CALL_WAITING',
  'SMS_AUTOREPLY',
  'SOCIAL_FREE',
  'CALLER_ID',
  'ROAMING',
];

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '20000,200000,2000000' },
    processes: { type: 'string', default: '1,3' },
    seconds: { type: 'string', default: '3' },
  },
});
const numbersIn = (list: string): number[] => list.split(',').map(Number);
const [lineCounts, processCounts, seconds] = [
  numbersIn(values.lines),
  numbersIn(values.processes),
  Number(values.seconds),
];
if (lineCounts.length * processCounts.length > CODES.length)
  throw new Error(`At most ${CODES.length} rounds: lines times processes`);

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const place = await openPlace('scale', 300, { LOG_LEVEL: 'warn' });
const running: Measured[] = [];

try {
  await reportScale(await measure(place), seconds);
} finally {
  await Promise.all(running.map((each) => each.stop()));
  await place.leave();
}

async function measure(where: Place): Promise<Size[]> {
  const { config, databaseUrl, secretsKeys, env, staffToken } = where;
  // The demo operator with the bench's catalogue
  await load(where, { lines: 1, records: 1 });
  const app = await createApp({ config, databaseUrl, secretsKeys, cron: false });
  const db = new pg.Client(databaseUrl);
  // When something fails, the server ends before this does
  db.on('error', () => {});
  await db.connect();
  const sizes: Size[] = [];
  let [have, round] = [0, 0];
  for (const lines of lineCounts) {
    say(`growing to ${lines} lines`);
    const loadSeconds = await growTo(databaseUrl, have, lines);
    have = lines;
    const viewers = await viewersOf(app, db);
    const scale: Scale = { db, viewers, staffToken, seconds };
    const phoneNumbers = viewers.map(({ phoneNumber }) => phoneNumber);
    const usageRecordsPerSecond = await measureUsageLoad(app, phoneNumbers, USAGE_RECORDS);
    const linesChargedPerSecond = await measureFees(app, db, FEES_OF);
    const measurements: Measurement[] = [];
    for (const processes of processCounts)
      measurements.push(await measureWith(scale, env, processes, CODES[round++]!));
    await db.query('VACUUM ANALYZE');
    const [databaseBytes, tables] = [await databaseSize(db), await tableSizes(db)];
    sizes.push({
      lines,
      loadSeconds,
      databaseBytes,
      tables,
      usageRecordsPerSecond,
      linesChargedPerSecond,
      measurements,
    });
  }
  await db.end();
  await app.close();
  return sizes;
}

/** So many serving processes, and a worker once there is something to carry out. */
async function measureWith(
  scale: Scale,
  env: Record<string, string>,
  processes: number,
  serviceCode: string,
): Promise<Measurement> {
  say(`${processes} processes`);
  const servers: Measured[] = [];
  for (let index = 0; index < processes; index++) servers.push(await begin(env));
  const reads = await measureReads(scale, servers);
  const wakeUp = await measureWakeUps(scale, servers);
  // Serves as well, since it says that it is ready only then
  const writes = await measureWrites(scale, servers, serviceCode, () => begin({ ...env, ROLE: 'all' }));
  for (const each of running.splice(0)) await each.stop();
  return { processes, reads, writes, wakeUp };
}

async function begin(env: Record<string, string>): Promise<Measured> {
  const started = await startMeasured('../../src/main.ts', env);
  running.push(started);
  return started;
}

/** Tokens of lines spread over all of them. */
async function viewersOf(
  app: Awaited<ReturnType<typeof createApp>>,
  db: pg.Client,
): Promise<Scale['viewers']> {
  const { rows } = await db.query<{ id: string; phoneNumber: string; session: string }>(
    `SELECT s.id, s.phone_number AS "phoneNumber", n.id AS session FROM subscribers s JOIN sessions n ON n.subscriber_id = s.id
     WHERE s.phone_number IN (SELECT '+7918' || lpad((1000000 + 1 + (r * 104729) % (SELECT count(*) - 20 FROM subscribers))::text, 7, '0')
                              FROM generate_series(1::bigint, $1) AS r)
       AND NOT EXISTS (SELECT FROM service_orders o WHERE o.subscriber_id = s.id)`,
    [VIEWERS],
  );
  return Promise.all(
    rows.map(async ({ id, phoneNumber, session }) => {
      const key = { subscriberId: id, id: session, generation: 0, device: 'scale' };
      return { id, phoneNumber, accessToken: (await issueTokens(app, key)).accessToken };
    }),
  );
}
