import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Measured } from './measured-process.ts';
import { oneEventEach } from './one-event-each.ts';
import type { Scale } from './scale.ts';

const QUERY = 'subscription { serviceOrderUpdated { state cursor } }';
const AT_ONCE = 50;
const PER_SECOND = 100;
const LAST_WITHIN_MS = 20_000;

/** From handing an event to PostgreSQL to having it in its client, ms. */
export interface WakeUp {
  p50Ms: number;
  p99Ms: number;
}

/** A stream for each viewer, spread over the processes; then one event after the other for a line by chance. */
export async function measureWakeUps(scale: Scale, servers: readonly Measured[]): Promise<WakeUp> {
  const waiting = new Map<string, (at: number) => void>();
  const clients = scale.viewers.map(({ accessToken }, index) =>
    createClient({
      url: `${servers[index % servers.length]!.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazyCloseTimeout: 60_000,
      connectionParams: { authorization: `Bearer ${accessToken}` },
    }),
  );
  try {
    for (let first = 0; first < clients.length; first += AT_ONCE)
      await Promise.all(
        clients.slice(first, first + AT_ONCE).map((client, index) => {
          const { id } = scale.viewers[first + index]!;
          client.subscribe(
            { query: QUERY },
            { next: () => waiting.get(id)?.(performance.now()), error: () => {}, complete: () => {} },
          );
          return stands(client);
        }),
      );
    return await tellEvents(scale, waiting);
  } finally {
    for (const client of clients) await client.dispose();
  }
}

/** Answered in order: what was asked for before stands. */
async function stands(client: ReturnType<typeof createClient>): Promise<void> {
  for await (const _ of client.iterate({ query: '{ __typename }' })) break;
}

async function tellEvents(scale: Scale, waiting: Map<string, (at: number) => void>): Promise<WakeUp> {
  const times: Promise<number>[] = [];
  for (let index = 0; index < scale.seconds * PER_SECOND; index++) {
    const { id } = scale.viewers[(index * 7_919) % scale.viewers.length]!;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const start = performance.now();
    const late = setTimeout(() => reject(new Error('An event did not come')), LAST_WITHIN_MS);
    waiting.set(id, (at) => {
      clearTimeout(late);
      resolve(at - start);
    });
    await oneEventEach(scale.db, [id]);
    times.push(promise);
    await delay(Math.max(0, start + 1_000 / PER_SECOND - performance.now()));
    // The next event of the same line must not be taken for this one
    if (times.length >= scale.viewers.length / 2) await times.at(-Math.floor(scale.viewers.length / 2));
  }
  const sorted = (await Promise.all(times)).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
