// npm run scale:notify: what NOTIFY costs each commit, by how many connections listen.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureDatabase, startEmbedded } from '../../src/adapters/postgres/embedded.ts';

const LISTENERS = [0, 1, 3, 10, 30, 100];
const WRITERS = 16;
const SECONDS = 3;

const PLAIN = 'INSERT INTO told (line) VALUES (gen_random_uuid())';
const TELLING = `WITH told AS (INSERT INTO told (line) VALUES (gen_random_uuid()) RETURNING line)
  SELECT pg_notify('internet_assistant', 'events/' || line) FROM told`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

/** Commits a second, by writers that do nothing else. */
async function rate(writers: readonly pg.Client[], sql: string): Promise<number> {
  let commits = 0;
  const until = performance.now() + SECONDS * 1_000;
  await Promise.all(
    writers.map(async (writer) => {
      for (; performance.now() < until; commits++) await writer.query({ name: sql.slice(0, 40), text: sql });
    }),
  );
  return commits / SECONDS;
}

/** One row of the table for each number of listeners, on a server whose commits reach the disk or do not. */
async function measure(durable: boolean): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-notify-'));
  await chmod(dir, 0o711);
  const server = await startEmbedded({
    dir,
    password: 'only for this measurement',
    durable,
    maxConnections: 200,
  });
  try {
    await ensureDatabase(server, 'notify');
    const url = server.url('notify');
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => connect(url)));
    await writers[0]!.query('CREATE TABLE told (line uuid)');
    const plain = await rate(writers, PLAIN);
    const listeners: pg.Client[] = [];
    for (const count of LISTENERS) {
      while (listeners.length < count) {
        const listener = await connect(url);
        await listener.query('LISTEN internet_assistant');
        listeners.push(listener);
      }
      const telling = await rate(writers, TELLING);
      const row = [durable ? 'on' : 'off', count, Math.round(plain), Math.round(telling)];
      process.stdout.write(`| ${row.join(' | ')} |\n`);
    }
    for (const client of [...writers, ...listeners]) await client.end();
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

process.stdout.write(
  `${WRITERS} writers, ${SECONDS} s for each figure\n\n| fsync | listening connections | commits/s without NOTIFY | with |\n| --- | --- | --- | --- |\n`,
);
for (const durable of [true, false]) await measure(durable);
