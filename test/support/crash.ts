import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FailurePoint } from '../../src/ports/failure-points.ts';

const ENTRY = fileURLToPath(new URL('./crashing-product.ts', import.meta.url));

export interface Doomed {
  url: string;
  /** From now on it dies where it was told to. */
  arm(): void;
  /** Resolves when it is dead. */
  dead: Promise<unknown>;
  /** Ends it, whether or not it came by that point. */
  kill(): Promise<void>;
}

/** A product on this database that kills itself (kill -9) when it comes by a point. */
export async function startDoomed(
  databaseUrl: string,
  settings: Record<string, string>,
  how: { crashAt: FailurePoint; works: boolean },
): Promise<Doomed> {
  const env = {
    PATH: process.env['PATH']!,
    NODE_COMPILE_CACHE: join(tmpdir(), 'internet-assistant-compiled'),
  };
  const child: ChildProcess = fork(ENTRY, [JSON.stringify({ databaseUrl, settings, ...how })], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const dead = once(child, 'exit');
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    arm: () => void child.send('armed'),
    dead,
    kill: async () => {
      child.kill('SIGKILL');
      await dead;
    },
  };
}
