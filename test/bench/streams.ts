import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { WebSocket } from 'ws';
import type { Bench } from './bench.ts';
import { type Measured, startMeasured } from './measured-process.ts';
import { median } from './median.ts';
import { oneEventEach } from './one-event-each.ts';

const QUERY = 'subscription { serviceOrderUpdated { state cursor } }';
const AT_ONCE = 100;
/** What a burst leaves behind, at both ends, is over after this. */
const SETTLED_MS = 2_000;
/** Events told at an even pace: so many in a transaction, so many transactions a second. */
const PACE = { events: 10, perSecond: 100 };

export interface Streams {
  bytesPerStream: number;
  /** From the commit of an event for each of them to the last of them in its client's hands. */
  burstSeconds: number;
  /** From handing it over for commit to having it in the client, a thousand events a second, ms. */
  p50Ms: number;
  p99Ms: number;
  /** Of the server's process, for an event of the burst. */
  cpuMs: number;
}

/** Product and ceiling one after the other, since each hears all events. */
export async function measureStreams(bench: Bench): Promise<Record<'product' | 'ceiling', Streams>> {
  const ceiling = await measureThoseOf(
    'ceiling',
    bench,
    await startMeasured('./ceiling-streams.ts', bench.env),
  );
  const product = await measureThoseOf('product', bench, await startMeasured('../../src/main.ts', bench.env));
  return { ceiling, product };
}

/** So many idle streams, each on a socket of its own; then in turns one event for each, and a thousand a second. */
async function measureThoseOf(name: string, bench: Bench, server: Measured): Promise<Streams> {
  const { streams: count } = bench.size;
  process.stderr.write(`${count} streams of the ${name}\n`);
  const db = new pg.Client(bench.databaseUrl);
  await db.connect();
  // What those before have left behind is not theirs
  await db.query('VACUUM ANALYZE subscribers, events');
  const sockets: WebSocket[] = [];
  let hear: (index: number) => void = () => {};
  const onHeard = (listener: (index: number) => void) => (hear = listener);
  const openSome = (start: number) =>
    open(server.url, bench.tokens.slice(start, start + AT_ONCE), (index) => hear(start + index));
  try {
    // What the first ones bring into memory is not theirs
    sockets.push(...(await openSome(0)));
    const before = await server.usage();
    for (let start = AT_ONCE; start < count; start += AT_ONCE) sockets.push(...(await openSome(start)));
    const after = await server.usage();
    const { rows } = await db.query<{ id: string }>(
      'SELECT subscriber_id AS id FROM sessions ORDER BY subscriber_id LIMIT $1',
      [count],
    );
    const lines = rows.map(({ id }) => id);
    const bursts: { seconds: number; cpuMs: number }[] = [];
    const paces: number[][] = [];
    for (let round = 0; round < bench.size.bursts; round++) {
      await delay(SETTLED_MS);
      bursts.push(await burst(db, lines, server, onHeard));
      await delay(SETTLED_MS);
      paces.push(await atAPace(db, lines, bench.size.seconds, onHeard));
    }
    const at = (share: number) => median(paces.map((times) => times[Math.floor(times.length * share)]!));
    return {
      bytesPerStream: (after.rssBytes - before.rssBytes) / (count - AT_ONCE),
      burstSeconds: median(bursts.map(({ seconds }) => seconds)),
      cpuMs: median(bursts.map(({ cpuMs }) => cpuMs)),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  } finally {
    for (const socket of sockets) socket.terminate();
    await db.end();
    await server.stop();
  }
}

/** One event for each, committed at once. */
async function burst(
  db: pg.Client,
  lines: readonly string[],
  server: Measured,
  onHeard: (listener: (index: number) => void) => void,
): Promise<{ seconds: number; cpuMs: number }> {
  const before = await server.usage();
  let received = 0;
  const all = new Promise<void>((resolve) => onHeard(() => ++received === lines.length && resolve()));
  await oneEventEach(db, lines);
  const start = performance.now();
  await all;
  const seconds = (performance.now() - start) / 1_000;
  const after = await server.usage();
  return { seconds, cpuMs: (after.cpuMs - before.cpuMs) / lines.length };
}

/** Opens streams, at once, and waits until each stands. */
const open = (url: string, tokens: string[], hear: (index: number) => void): Promise<WebSocket[]> =>
  Promise.all(
    tokens.map(async (token, index) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      await once(socket, 'message');
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
      // Answered in order: the stream stands, or was refused, once this is
      socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } }));
      await new Promise<void>((resolve, reject) => {
        socket.on('message', (data: Buffer) => {
          const { id, type } = JSON.parse(data.toString()) as { id?: string; type: string };
          if (id === '1' && type === 'next') hear(index);
          else if (type === 'error') reject(new Error(data.toString()));
          else if (id === '2' && type === 'complete') resolve();
          else if (type === 'ping') socket.send('{"type":"pong"}');
        });
      });
      return socket;
    }),
  );

/** How long each of some seconds' events took, in order of length, ms. */
async function atAPace(
  db: pg.Client,
  lines: readonly string[],
  seconds: number,
  onHeard: (listener: (index: number) => void) => void,
): Promise<number[]> {
  const sent = new Map<number, number>();
  const times: number[] = [];
  const total = PACE.events * PACE.perSecond * seconds;
  const all = new Promise<void>((resolve) =>
    onHeard((index) => {
      times.push(performance.now() - sent.get(index)!);
      if (times.length === total) resolve();
    }),
  );
  const began = performance.now();
  for (let told = 0; told < total; told += PACE.events) {
    await delay(Math.max(0, began + (1_000 * told) / PACE.events / PACE.perSecond - performance.now()));
    const some = Array.from({ length: PACE.events }, (_, each) => (told + each) % lines.length);
    for (const index of some) sent.set(index, performance.now());
    await oneEventEach(
      db,
      some.map((index) => lines[index]!),
    );
  }
  await all;
  return times.toSorted((a, b) => a - b);
}
