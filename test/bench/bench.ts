import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDatabase } from '../../src/adapters/postgres/embedded.ts';
import { startThrowAway } from '../../src/adapters/postgres/throw-away.ts';
import { createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import { measureExport } from './export.ts';
import { load } from './load.ts';
import { startMeasured } from './measured-process.ts';
import { measureAlone, measureOperations } from './operations.ts';
import { report } from './report.ts';
import { startStaffIssuer } from './staff-issuer.ts';
import { countStatements } from './statements.ts';
import { measureStreams } from './streams.ts';
import { ADVICE } from './workloads.ts';

/** What every part of the bench works with. */
export interface Bench {
  config: Config;
  databaseUrl: string;
  secretsKeys: string[];
  /** How much of everything. */
  size: typeof WHOLE;
  /** Access tokens, each of a line of its own, and one of the staff. */
  tokens: string[];
  staffToken: string;
  /** What the processes are started with. */
  env: Record<string, string>;
}

const WHOLE = { lines: 200_000, records: 1_000_000, viewers: 1_000, rounds: 5, seconds: 5, streams: 10_000 };
const QUICK = { lines: 20_000, records: 200_000, viewers: 500, rounds: 3, seconds: 2, streams: 1_000 };
const SECRET = 'a key for nothing but this bench and not by chance';

async function tokensOf(
  { config, databaseUrl, secretsKeys }: Omit<Bench, 'tokens'>,
  count: number,
): Promise<string[]> {
  const app = await createApp({ config, databaseUrl, secretsKeys, cron: false });
  const sessions = await app.db.session.findMany({
    select: { subscriberId: true, id: true, generation: true },
    orderBy: { subscriberId: 'asc' },
    take: count,
  });
  const tokens = await Promise.all(
    sessions.map(async (session) => (await issueTokens(app, { ...session, device: 'bench' })).accessToken),
  );
  await app.close();
  return tokens;
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const size = values.quick ? QUICK : WHOLE;
const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-bench-'));
const server = await startThrowAway(200);
await ensureDatabase(server, 'bench');
const staff = await startStaffIssuer();
const databaseUrl = server.url('bench');
const env = {
  DATABASE_URL: databaseUrl,
  SECRETS_KEYS: SECRET,
  STAFF_ISSUER: staff.issuer,
  DATA_DIR: dir,
  PORT: '0',
  ROLE: 'http',
  NODE_ENV: 'production',
  // A bench takes longer than an access token lives
  ACCESS_TOKEN_MINUTES: '600',
};
try {
  const parts = {
    config: readConfig(env),
    databaseUrl,
    secretsKeys: [SECRET],
    size,
    env,
    staffToken: staff.token,
  };
  process.stderr.write(`loading ${size.lines} lines\n`);
  await load(parts, size);
  const bench: Bench = {
    ...parts,
    tokens: await tokensOf({ ...parts }, Math.max(size.viewers, size.streams)),
  };
  const statements = await countStatements(bench);
  const contenders = {
    product: await startMeasured('../../src/main.ts', env),
    ceiling: await startMeasured('./ceiling.ts', env),
  };
  const operations = await measureOperations(bench, contenders);
  const advice = await measureAlone(bench, contenders.product, ADVICE);
  await contenders.ceiling.stop();
  await contenders.product.stop();
  const streams = await measureStreams(bench);
  const exported = await measureExport(bench);
  await report({ size, quick: values.quick, operations, statements, streams, advice, exported });
} finally {
  staff.stop();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
