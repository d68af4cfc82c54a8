import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from '../../src/adapters/postgres/embedded.ts';
import { startThrowAway } from '../../src/adapters/postgres/throw-away.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { startStaffIssuer } from './staff-issuer.ts';

const SECRET = 'a key for nothing but this measurement and not by chance';

/** Where something is measured: a database, a folder, somebody who vouches for staff. */
export interface Place {
  config: Config;
  databaseUrl: string;
  secretsKeys: string[];
  staffToken: string;
  /** What the processes are started with. */
  env: Record<string, string>;
  /** Ends all of it. */
  leave(): Promise<void>;
}

/** Makes a place by a name; the processes take `settings` beside those that every measurement wants. */
export async function openPlace(
  name: string,
  maxConnections: number,
  settings: Record<string, string>,
): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), `internet-assistant-${name}-`));
  const server = await startThrowAway(maxConnections);
  await ensureDatabase(server, name);
  const staff = await startStaffIssuer();
  const databaseUrl = server.url(name);
  const env = {
    DATABASE_URL: databaseUrl,
    SECRETS_KEYS: SECRET,
    STAFF_ISSUER: staff.issuer,
    DATA_DIR: dir,
    PORT: '0',
    ROLE: 'http',
    // It takes longer than an access token lives
    ACCESS_TOKEN_MINUTES: '600',
    ...settings,
  };
  return {
    config: readConfig(env),
    databaseUrl,
    secretsKeys: [SECRET],
    staffToken: staff.token,
    env,
    leave: async () => {
      staff.stop();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
