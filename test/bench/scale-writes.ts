import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Pool } from 'undici';
import type { Measured } from './measured-process.ts';
import type { Scale } from './scale.ts';

const AT_ONCE = 32;
const DONE_WITHIN_MS = 120_000;
const ACTIVATE = `mutation ($input: ServiceOrderInput!) { activateService(input: $input) { __typename } }`;

export interface Writes {
  /** Activations accepted a second, by all serving processes. */
  acceptedPerSecond: number;
  /** Activations completed a second, by one worker, between the first tenth and the last. */
  completedPerSecond: number;
}

/** One activation for each viewer, as fast as they are taken; then a worker begins, which finds them all. */
export async function measureWrites(
  scale: Scale,
  servers: readonly Measured[],
  serviceCode: string,
  beginWorker: () => Promise<unknown>,
): Promise<Writes> {
  const pools = servers.map(({ url }) => new Pool(url, { connections: AT_ONCE }));
  const atOnce = pLimit(AT_ONCE);
  const start = performance.now();
  await Promise.all(
    scale.viewers.map(({ accessToken }, index) =>
      atOnce(() => activate(pools[index % pools.length]!, accessToken, serviceCode)),
    ),
  );
  const acceptedPerSecond = (scale.viewers.length * 1_000) / (performance.now() - start);
  await Promise.all(pools.map((pool) => pool.close()));
  await beginWorker();
  await allDone(scale);
  const { rows } = await scale.db.query(
    `SELECT extract(epoch FROM percentile_disc(0.9) WITHIN GROUP (ORDER BY finished_at)
                             - percentile_disc(0.1) WITHIN GROUP (ORDER BY finished_at))::float AS seconds
     FROM service_orders WHERE service_code = $1 AND state = 'COMPLETED'`,
    [serviceCode],
  );
  return { acceptedPerSecond, completedPerSecond: (scale.viewers.length * 0.8) / rows[0].seconds };
}

async function activate(pool: Pool, token: string, serviceCode: string): Promise<void> {
  const variables = { input: { serviceCode, idempotencyKey: randomUUID() } };
  const response = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: ACTIVATE, variables }),
  });
  const text = await response.body.text();
  if (!text.includes('"ServiceOrderAccepted"')) throw new Error(text);
}

async function allDone({ db }: Scale): Promise<void> {
  const until = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const { rowCount } = await db.query('SELECT FROM service_orders WHERE finished_at IS NULL LIMIT 1');
    if (!rowCount) return;
    if (performance.now() > until) throw new Error('The activations do not come to their end');
    await delay(100);
  }
}
