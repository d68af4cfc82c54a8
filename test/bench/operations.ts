import { deepStrictEqual } from 'node:assert';
import autocannon from 'autocannon';
import type { Bench } from './bench.ts';
import type { Measured } from './measured-process.ts';
import { median } from './median.ts';
import { type Workload, WORKLOADS } from './workloads.ts';

const CONNECTIONS = 32;
const COMPARED = 50;
/** Before anything is measured: the compiler has seen the code, the caches are full. */
const WARM_S = 2;

export interface Speed {
  requestsPerSecond: number;
  /** Of the server's process, for one request. */
  cpuMs: number;
  rssBytes: number;
}

export interface Contest {
  workload: Workload;
  product: Speed;
  ceiling: Speed;
}

type Contenders = Record<'product' | 'ceiling', Measured>;

const tokenFor = ({ tokens, staffToken }: Bench, { viewer }: Workload, index: number): string =>
  viewer === 'staff' ? staffToken : tokens[index % tokens.length]!;

const requestFor = (bench: Bench, workload: Workload, index: number) => ({
  method: 'POST' as const,
  path: '/graphql',
  headers: {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${tokenFor(bench, workload, index)}`,
  },
  body: JSON.stringify({ operationName: workload.name, query: workload.query }),
});

/** One answer of a contender. */
export async function ask(bench: Bench, url: string, workload: Workload, index: number): Promise<unknown> {
  const { path, ...request } = requestFor(bench, workload, index);
  const answer = (await (await fetch(url + path, request)).json()) as { errors?: unknown };
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer;
}

/** Each workload against product and ceiling in turns; only after both have given equal answers. */
export async function measureOperations(bench: Bench, contenders: Contenders): Promise<Contest[]> {
  const contests: Contest[] = [];
  for (const workload of WORKLOADS) {
    for (let index = 0; index < COMPARED; index++)
      deepStrictEqual(
        await ask(bench, contenders.product.url, workload, index),
        await ask(bench, contenders.ceiling.url, workload, index),
      );
    const rounds: { product: Speed; ceiling: Speed }[] = [];
    for (const contender of Object.values(contenders)) await load(bench, contender, workload, WARM_S);
    for (let round = 0; round < bench.size.rounds; round++) {
      process.stderr.write(`${workload.name}, round ${round + 1} of ${bench.size.rounds}\n`);
      const ceiling = await load(bench, contenders.ceiling, workload, bench.size.seconds);
      rounds.push({ ceiling, product: await load(bench, contenders.product, workload, bench.size.seconds) });
    }
    contests.push({
      workload,
      product: middle(rounds.map(({ product }) => product)),
      ceiling: middle(rounds.map(({ ceiling }) => ceiling)),
    });
  }
  return contests;
}

/** What one workload takes that has no ceiling beside it. */
export async function measureAlone(bench: Bench, server: Measured, workload: Workload): Promise<Speed> {
  process.stderr.write(`${workload.name}\n`);
  await load(bench, server, workload, WARM_S);
  return load(bench, server, workload, bench.size.seconds);
}

async function load(bench: Bench, server: Measured, workload: Workload, seconds: number): Promise<Speed> {
  const requests = Array.from({ length: bench.size.viewers }, (_, index) =>
    requestFor(bench, workload, index),
  );
  const before = await server.usage();
  const result = await autocannon({ url: server.url, connections: CONNECTIONS, duration: seconds, requests });
  const after = await server.usage();
  if (result.non2xx || result.errors)
    throw new Error(`${workload.name}: ${result.non2xx} refusals, ${result.errors} errors`);
  return {
    requestsPerSecond: result.requests.total / result.duration,
    cpuMs: (after.cpuMs - before.cpuMs) / result.requests.total,
    rssBytes: after.rssBytes,
  };
}

const middle = (speeds: Speed[]): Speed => ({
  requestsPerSecond: median(speeds.map(({ requestsPerSecond }) => requestsPerSecond)),
  cpuMs: median(speeds.map(({ cpuMs }) => cpuMs)),
  rssBytes: median(speeds.map(({ rssBytes }) => rssBytes)),
});
