import { parseArgs } from 'node:util';
import { createApp } from '../../src/app.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import { measureExport } from './export.ts';
import { load } from './load.ts';
import { startMeasured } from './measured-process.ts';
import { measureAlone, measureOperations } from './operations.ts';
import { openPlace, type Place } from './place.ts';
import { report } from './report.ts';
import { countStatements } from './statements.ts';
import { measureStreams } from './streams.ts';
import { ADVICE } from './workloads.ts';

/** What every part of the bench works with. */
export interface Bench extends Place {
  /** How much of everything. */
  size: typeof WHOLE;
  /** Access tokens, each of a line of its own. */
  tokens: string[];
}

const WHOLE = {
  lines: 200_000,
  records: 1_000_000,
  viewers: 1_000,
  rounds: 5,
  seconds: 5,
  streams: 10_000,
  bursts: 5,
};
const QUICK = {
  lines: 20_000,
  records: 200_000,
  viewers: 500,
  rounds: 3,
  seconds: 2,
  streams: 1_000,
  bursts: 1,
};

async function tokensOf({ config, databaseUrl, secretsKeys }: Place, count: number): Promise<string[]> {
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
const place = await openPlace('bench', 200, { NODE_ENV: 'production' });
try {
  process.stderr.write(`loading ${size.lines} lines\n`);
  await load(place, size);
  const bench: Bench = {
    ...place,
    size,
    tokens: await tokensOf(place, Math.max(size.viewers, size.streams)),
  };
  const statements = await countStatements(bench);
  const contenders = {
    product: await startMeasured('../../src/main.ts', place.env),
    ceiling: await startMeasured('./ceiling.ts', place.env),
  };
  const operations = await measureOperations(bench, contenders);
  const advice = await measureAlone(bench, contenders.product, ADVICE);
  await contenders.ceiling.stop();
  await contenders.product.stop();
  const streams = await measureStreams(bench);
  const exported = await measureExport(bench);
  await report({ size, quick: values.quick, operations, statements, streams, advice, exported });
} finally {
  await place.leave();
}
