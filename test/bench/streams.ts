import { once } from 'node:events';
import pg from 'pg';
import { WebSocket } from 'ws';
import { eventsTopic } from '../../src/events/append.ts';
import type { Bench } from './bench.ts';
import { startMeasured } from './measured-process.ts';

const QUERY = 'subscription { serviceOrderUpdated { state cursor } }';
const AT_ONCE = 100;

export interface Streams {
  count: number;
  bytesPerStream: number;
  /** From the commit of an event for each of them to the last of them in its client's hands. */
  burstSeconds: number;
}

/** So many idle streams, each on a socket of its own; then one event for each. */
export async function measureStreams(bench: Bench): Promise<Streams> {
  const { streams: count } = bench.size;
  process.stderr.write(`${count} streams\n`);
  const product = await startMeasured('../../src/main.ts', bench.env);
  const db = new pg.Client(bench.databaseUrl);
  await db.connect();
  const sockets: WebSocket[] = [];
  let received = 0;
  let heard = () => {};
  const hear = () => ++received === count && heard();
  try {
    // What the first ones bring into memory is not theirs
    sockets.push(...(await open(product.url, bench.tokens.slice(0, AT_ONCE), hear)));
    const before = await product.usage();
    for (let start = AT_ONCE; start < count; start += AT_ONCE)
      sockets.push(...(await open(product.url, bench.tokens.slice(start, start + AT_ONCE), hear)));
    const after = await product.usage();
    const all = new Promise<void>((resolve) => (heard = resolve));
    await oneEventEach(db, count);
    const start = performance.now();
    await all;
    return {
      count,
      bytesPerStream: (after.rssBytes - before.rssBytes) / (count - AT_ONCE),
      burstSeconds: (performance.now() - start) / 1_000,
    };
  } finally {
    for (const socket of sockets) socket.terminate();
    await db.end();
    await product.stop();
  }
}

/** Opens streams, at once, and waits until each stands. */
const open = (url: string, tokens: string[], hear: () => void): Promise<WebSocket[]> =>
  Promise.all(
    tokens.map(async (token) => {
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
          if (id === '1' && type === 'next') hear();
          else if (type === 'error') reject(new Error(data.toString()));
          else if (id === '2' && type === 'complete') resolve();
          else if (type === 'ping') socket.send('{"type":"pong"}');
        });
      });
      return socket;
    }),
  );

/** As the worker would tell that an order has moved on, for many lines in one transaction. */
async function oneEventEach(db: pg.Client, count: number): Promise<void> {
  await db.query(
    `WITH lines AS (
       UPDATE subscribers SET last_event_seq = last_event_seq + 1
       WHERE id IN (SELECT subscriber_id FROM sessions ORDER BY subscriber_id LIMIT $1) RETURNING id, last_event_seq
     ), events AS (
       INSERT INTO events (subscriber_id, seq, kind, order_id, state, occurred_at)
       SELECT id, last_event_seq, 'SERVICE_ORDER', gen_random_uuid(), 'IN_PROGRESS', now() FROM lines
     )
     SELECT pg_notify('internet_assistant', $2 || id) FROM lines`,
    [count, eventsTopic('')],
  );
}
