import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbedded } from './embedded.ts';

/** A PostgreSQL in a temporary folder that is gone when it stops, with all that was put there. */
export interface ThrowAway extends EmbeddedPostgres {
  dir: string;
}

/** Starts one: for tests, for drafting migrations, for throw-away servers. `onLaunch`: as for `startEmbedded`. */
export async function startThrowAway(maxConnections = 100, onLaunch?: () => void): Promise<ThrowAway> {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-'));
  // Anybody may pass through; only PostgreSQL's account may enter its own folder inside.
  await chmod(dir, 0o711);
  const password = randomBytes(18).toString('base64url');
  const clear = () => rm(dir, { recursive: true });
  try {
    const options = { dir, password, durable: false, maxConnections, onLaunch };
    const server = await startEmbedded(options);
    return { ...server, dir, stop: () => server.stop().then(clear) };
  } catch (error) {
    await clear();
    throw error;
  }
}
