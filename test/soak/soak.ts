// npm run soak -- [--minutes 30] [--streams 2000] [--share 0.7]: mixed traffic for a while, and a verdict.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureDatabase, startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import { readConfig } from '../../src/config.ts';
import { Smsc } from '../support/smsc.ts';
import { Asking } from './asking.ts';
import { wrongInBooks } from './books.ts';
import { lineOf, loadLines } from './lines.ts';
import { lookAtDatabase, type Minute, watchMachine } from './minute.ts';
import { type Product, startProduct } from './product.ts';
import { summary, tell, writeDown } from './report.ts';
import { ON_A_SOCKET, Streams } from './streams.ts';
import { Tally } from './tally.ts';
import { findCapacity, keepComing } from './traffic.ts';
import { type Findings, judge } from './verdict.ts';
import type { Visit } from './visit.ts';

const SECRET = 'a key for nothing but this soak and not by chance';
const CALIBRATE_S = 60;
/** More people than come in half an hour, each within the limits of a number. */
const SIGN_IN_LINES = 20_000;
const CONNECTIONS = 200;
const DRAIN_MS = 120_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    streams: { type: 'string', default: '2000' },
    share: { type: 'string', default: '0.7' },
  },
});
const [minutes, streamCount, share] = [values.minutes, values.streams, values.share].map(Number) as [
  number,
  number,
  number,
];
if (!(minutes > 0 && streamCount >= ON_A_SOCKET.length && share > 0 && share <= 1))
  throw new Error(`--minutes above 0, --streams of ${ON_A_SOCKET.length} or more, --share from 0 to 1`);

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const ends: (() => Promise<unknown>)[] = [];
const aborting = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => aborting.abort());

/** All that the traffic meets, from nothing. */
async function build(): Promise<{ visit: Visit; product: Product; db: pg.Client; databaseUrl: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-soak-'));
  await chmod(dir, 0o711);
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const password = randomBytes(18).toString('base64url');
  const server = await startEmbedded({ dir, password, durable: true, maxConnections: CONNECTIONS });
  ends.push(() => server.stop());
  await ensureDatabase(server, 'soak');
  const smsc = await Smsc.start();
  ends.push(() => smsc.stop());
  const databaseUrl = server.url('soak');
  const env = {
    DATABASE_URL: databaseUrl,
    SECRETS_KEYS: SECRET,
    DATA_DIR: join(dir, 'product'),
    PORT: '0',
    LOG_LEVEL: 'info',
    // Pictures are read by the developer tools; SMS go through the SMSC
    DEV_TOOLS: 'on',
    SMS_URL: smsc.url,
    // The clients are the proxy in front, and say whom each line comes from
    TRUST_PROXY: '1',
    // Few lines order many statements
    DETAIL_ORDERS_PER_DAY: '100000',
  };
  const signedIn = Math.ceil(streamCount / ON_A_SOCKET.length);
  const lines = signedIn + SIGN_IN_LINES;
  say(`loading ${lines} lines`);
  const place = { config: readConfig(env), databaseUrl, secretsKeys: [SECRET] };
  const viewers = await loadLines(place, lines, signedIn);
  const product = await startProduct(env);
  ends.push(() => product.stop());
  const db = new pg.Client(databaseUrl);
  db.on('error', () => {});
  await db.connect();
  ends.push(() => db.end());
  const tally = new Tally();
  const asking = new Asking(product.url, tally);
  ends.push(() => asking.close());
  const streams = new Streams(product.url, tally);
  ends.push(() => streams.close());
  let turn = 0;
  const nextLine = () => lineOf(signedIn + 1 + (turn++ % SIGN_IN_LINES));
  return {
    visit: { asking, streams, smsc, viewers, nextLine, accepted: new Set() },
    product,
    db,
    databaseUrl,
  };
}

/** Until nothing is under way and every stream has all; returns what is still wrong after a while. */
async function settle(db: pg.Client, streams: Streams): Promise<string[]> {
  const until = performance.now() + DRAIN_MS;
  for (;;) {
    const { openOrders } = await lookAtDatabase(db);
    const faults = openOrders ? [] : await streams.faults(db);
    if (!openOrders && !faults.length) return [];
    if (performance.now() > until || aborting.signal.aborted) return faults;
    await delay(1_000);
  }
}

async function soak(): Promise<boolean> {
  const { visit, product, db, databaseUrl } = await build();
  const { streams, asking } = visit;
  const { signal } = aborting;
  void product.ended.then(() => aborting.abort());
  await streams.openFor(visit.viewers);
  say(`${streams.open} streams stand; looking for how much goes`);
  const capacity = await findCapacity(visit, Math.min(CALIBRATE_S, minutes * 15), signal);
  await settle(db, streams);
  const calibration = asking.tally.take();
  if (calibration.unintended.size) say(`while looking: ${[...calibration.unintended].join('; ')}`);
  const rate = capacity * share;
  say(`${capacity.toFixed(1)} journeys a second go; ${rate.toFixed(1)} a second for ${minutes} minutes`);
  const stretches = await watched(visit, product, db, rate);
  if (signal.aborted) return (say('ended before its time: no verdict'), false);
  const late = await settle(db, streams);
  const findings: Findings = {
    books: await wrongInBooks(db, databaseUrl, visit.accepted),
    streams: late,
    log: [...product.errors].map(([what, count]) => `${what} × ${count}`),
  };
  const judgements = judge(stretches, findings);
  const result = {
    minutes,
    share,
    streams: streams.count,
    capacity,
    rate,
    eventsTold: streams.told,
    stretches,
    judgements,
  };
  await writeDown(result);
  process.stdout.write(summary(result));
  return judgements.every(({ held }) => held !== false);
}

/** The traffic, and how things stand at the end of each minute; of short runs twelve times. */
async function watched(visit: Visit, product: Product, db: pg.Client, rate: number): Promise<Minute[]> {
  const stretches: Minute[] = [];
  const seconds = minutes * 60;
  const everyMs = Math.min(60, seconds / 12) * 1_000;
  const busy = watchMachine();
  await product.health();
  const start = performance.now();
  const look = async () => {
    const minute: Minute = {
      atMs: performance.now() - start,
      busy: busy(),
      health: await product.health(),
      database: await lookAtDatabase(db),
      openStreams: visit.streams.open,
      stretch: visit.asking.tally.take(),
    };
    stretches.push(minute);
    process.stdout.write(tell(minute));
  };
  const traffic = keepComing(visit, rate, seconds, aborting.signal);
  for (
    let next = start + everyMs;
    next <= start + seconds * 1_000 && !aborting.signal.aborted;
    next += everyMs
  ) {
    await delay(Math.max(0, next - performance.now()), undefined, { signal: aborting.signal }).catch(
      () => {},
    );
    if (!aborting.signal.aborted) await look();
  }
  await traffic;
  return stretches;
}

let held = false;
try {
  held = await soak();
} finally {
  for (const end of ends.toReversed()) await end().catch((error: unknown) => say(String(error)));
}
process.exit(held ? 0 : 1);
