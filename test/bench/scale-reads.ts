import autocannon from 'autocannon';
import type pg from 'pg';
import type { Measured } from './measured-process.ts';
import type { Scale } from './scale.ts';
import { WORKLOADS } from './workloads.ts';

const CONNECTIONS = 30;
const WARM_S = 1;

export interface Read {
  workload: string;
  requestsPerSecond: number;
  /** Of all server processes, for one request. */
  cpuMs: number;
  /** Of PostgreSQL's connections at work on statements, for one request. */
  sqlMs: number;
  p99Ms: number;
}

/** Each workload over all processes at once, each with its part of the connections. */
export async function measureReads(scale: Scale, servers: readonly Measured[]): Promise<Read[]> {
  const reads: Read[] = [];
  for (const { name, query, viewer } of WORKLOADS) {
    const bodyOf = JSON.stringify({ operationName: name, query });
    const requests = scale.viewers.map(({ accessToken }) => ({
      method: 'POST' as const,
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${viewer === 'staff' ? scale.staffToken : accessToken}`,
      },
      body: bodyOf,
    }));
    await load(servers, requests, WARM_S);
    const [cpuBefore, sqlBefore] = [await cpuOf(servers), await activeMs(scale.db)];
    const results = await load(servers, requests, scale.seconds);
    const [cpuAfter, sqlAfter] = [await cpuOf(servers), await activeMs(scale.db)];
    const total = results.reduce((sum, result) => sum + result.requests.total, 0);
    reads.push({
      workload: name,
      requestsPerSecond: results.reduce((sum, { requests: { total: n }, duration }) => sum + n / duration, 0),
      cpuMs: (cpuAfter - cpuBefore) / total,
      sqlMs: (sqlAfter - sqlBefore) / total,
      p99Ms: Math.max(...results.map(({ latency }) => latency.p99)),
    });
  }
  return reads;
}

async function load(servers: readonly Measured[], requests: autocannon.Request[], seconds: number) {
  const connections = CONNECTIONS / servers.length;
  const results = await Promise.all(
    servers.map(({ url }) => autocannon({ url, connections, duration: seconds, requests })),
  );
  for (const { non2xx, errors } of results)
    if (non2xx || errors) throw new Error(`${non2xx} refusals, ${errors} errors`);
  return results;
}

async function cpuOf(servers: readonly Measured[]): Promise<number> {
  const usages = await Promise.all(servers.map((server) => server.usage()));
  return usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Each connection tells it once a second, so that it is right for stretches that are long beside that. */
async function activeMs(db: pg.Client): Promise<number> {
  const { rows } = await db.query(
    'SELECT active_time FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0].active_time as number;
}
