import { createApp } from '../../src/app.ts';
import { serveHttp } from '../../src/http/server.ts';
import type { Bench } from './bench.ts';
import { ask } from './operations.ts';
import { ADVICE, WORKLOADS } from './workloads.ts';

/** How many SQL statements the product sends for one operation of each kind, once it has run before. */
export async function countStatements(bench: Bench): Promise<Map<string, number>> {
  let sent = 0;
  const app = await createApp({ ...bench, cron: false, onStatement: () => sent++ });
  const server = await serveHttp(app, undefined);
  const counts = new Map<string, number>();
  for (const workload of [...WORKLOADS, ADVICE]) {
    await ask(bench, server.url, workload, 0);
    sent = 0;
    await ask(bench, server.url, workload, 1);
    counts.set(workload.name, sent);
  }
  await server.stop();
  await app.close();
  return counts;
}
