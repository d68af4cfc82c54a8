import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';

/** A PostgreSQL that a test kills and brings back, with its data and at the same place. */
export interface MortalPostgres {
  url(database: string): string;
  /** As by the system's out-of-memory killer: no farewell to anybody. */
  kill(): Promise<void>;
  /** Resolves when it takes connections again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMortalPostgres(): Promise<MortalPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-mortal-'));
  await chmod(dir, 0o711);
  const options = { dir, password: 'a password for tests', durable: true, maxConnections: 100 };
  let server = await startEmbedded(options);
  const port = Number(new URL(server.url('postgres')).port);
  return {
    url: (database) => server.url(database),
    kill: async () => {
      const [pid] = (await readFile(join(server.place, 'data', 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await server.ended;
    },
    restart: async () => {
      server = await startEmbedded({ ...options, port });
    },
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true });
    },
  };
}
