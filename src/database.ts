import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDatabase, type EmbeddedPostgres, startEmbedded } from './adapters/postgres/embedded.ts';
import { lockFolder } from './adapters/postgres/folder-lock.ts';
import { startThrowAway } from './adapters/postgres/throw-away.ts';
import { openInstallation } from './adapters/installation.ts';
import type { Config } from './config.ts';

const DATABASE = 'internet_assistant';

/** The PostgreSQL to work with, our own or a given one, and the keys that belong to its data. */
export interface Database {
  url: string;
  secretsKeys: string[];
  /** Where the files beside it go. */
  dir: string;
  /** The server of our own, if it is one. */
  embedded: EmbeddedPostgres | undefined;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL in DATA_DIR, unless DATABASE_URL names one. `onLaunch`: as for `startEmbedded`. */
export async function openDatabase(config: Config, onLaunch?: () => void): Promise<Database> {
  if (config.DATABASE_URL) {
    return {
      url: config.DATABASE_URL,
      secretsKeys: config.SECRETS_KEYS,
      dir: config.DATA_DIR,
      embedded: undefined,
      stop: async () => {},
    };
  }
  await mkdir(config.DATA_DIR, { recursive: true });
  const unlock = lockFolder(config.DATA_DIR);
  try {
    const { databasePassword, secretsKeys } = await openInstallation(config.DATA_DIR);
    const embedded = await startEmbedded({
      dir: config.DATA_DIR,
      password: databasePassword,
      durable: true,
      onLaunch,
    });
    await ensureDatabase(embedded, DATABASE);
    return {
      url: embedded.url(DATABASE),
      secretsKeys: config.SECRETS_KEYS.length ? config.SECRETS_KEYS : secretsKeys,
      dir: config.DATA_DIR,
      embedded,
      stop: async () => {
        await embedded.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A PostgreSQL in a temporary folder with keys of its own; when it stops, all of it is gone. */
export async function openTemporaryDatabase(onLaunch?: () => void): Promise<Database> {
  const embedded = await startThrowAway(undefined, onLaunch);
  return {
    // The database that each server has from its beginning
    url: embedded.url('postgres'),
    secretsKeys: [randomBytes(32).toString('base64url')],
    dir: embedded.dir,
    embedded,
    stop: () => embedded.stop(),
  };
}

/** Where the developer tools keep what they show. */
export const devFolder = (config: Config): string => join(config.DATA_DIR, 'dev');

/** Where files lie unless FILES_URL names another place. */
export const filesFolder = (config: Config): string => join(config.DATA_DIR, 'files');
