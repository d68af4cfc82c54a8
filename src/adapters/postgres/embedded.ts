import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PlainError } from '../../ports/plain-error.ts';
import { type Account, databaseAccount, worksAs } from './account.ts';
import { type Binaries, binariesFor, ownedByRoot, SHARED_ROOT, shortHash } from './binaries.ts';
import { freePort } from './free-port.ts';
import { endLeftover } from './leftover.ts';
import type { Making, Task } from './supervisor.ts';

const USER = 'internet_assistant';
/** TypeScript in the repository, JavaScript in the package. */
const SUPERVISOR = fileURLToPath(new URL(`./supervisor${extname(import.meta.url)}`, import.meta.url));
const READY_WITHIN_MS = 60_000;
const WRONG_PASSWORD = '28P01';
const START_TRIES = 10;
/** What goes wrong by chance alone: a port taken meanwhile, a killed predecessor's last backends. */
const WORTH_A_RETRY = /could not bind|Address already in use|pre-existing shared memory block/;

export interface EmbeddedPostgres {
  /** Where the files are: below the given folder, or where the account that PostgreSQL runs as can enter. */
  place: string;
  url(database: string): string;
  /** Resolves when the server has ended, whoever ended it. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The folder, locked by the caller, that the server's files belong to. */
  dir: string;
  password: string;
  /** false: a throw-away server that need not survive the machine. */
  durable: boolean;
  maxConnections?: number;
  /** Where it listens on loopback; a free port unless told. */
  port?: number;
  /** Hears that its processes are on their way: they need nothing of this one until they are ready. */
  onLaunch?: (() => void) | undefined;
}

/** Starts a PostgreSQL of our own on a free loopback port, made on the first start. It ends with this process. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = databaseAccount();
  const [binaries, place] = await Promise.all([binariesFor(account), placeFor(options, account)]);
  const data = join(place, 'data');
  await endLeftover(data);
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(binaries, place, data, account, options);
    } catch (error) {
      if (attempt === START_TRIES || !WORTH_A_RETRY.test(String(error))) throw error;
      await delay(100 * attempt);
    }
  }
}

/**
 * `dir`/postgres, or, where the account cannot enter `dir`, a folder of root's below /var/tmp. That is named by the
 * password, too: a `dir` that was emptied begins anew, as it would with its data inside.
 */
async function placeFor({ dir, password }: EmbeddedOptions, account: Account | undefined): Promise<string> {
  const here = await realpath(dir);
  let place = join(here, 'postgres');
  if (account && !worksAs(account, 'sh', ['-c', 'cd "$0"', here])) {
    const base = join(SHARED_ROOT, `internet-assistant-${shortHash(`${here} ${password}`)}`);
    if (!(await ownedByRoot(base))) await mkdir(base, { mode: 0o711 });
    place = join(base, 'postgres');
  }
  await mkdir(place, { recursive: true, mode: 0o700 });
  if (account) await chown(place, account.uid, account.gid);
  return place;
}

/** How the data directory is made; undefined: it is there. */
async function makingOf(
  { initdb }: Binaries,
  place: string,
  data: string,
  account: Account | undefined,
  password: string,
): Promise<Making | undefined> {
  if (await readFile(join(data, 'PG_VERSION')).catch(() => undefined)) return undefined;
  const draft = join(place, 'data.new');
  const passwordFile = join(place, 'password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) await chown(passwordFile, account.uid, account.gid);
  const args = [
    '-D',
    draft,
    '-U',
    USER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  args.push(
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  );
  return { command: initdb, args, draft, data, passwordFile };
}

async function launch(
  binaries: Binaries,
  place: string,
  data: string,
  account: Account | undefined,
  { password, durable, maxConnections = 100, port: given, onLaunch }: EmbeddedOptions,
): Promise<EmbeddedPostgres> {
  const making = await makingOf(binaries, place, data, account, password);
  const port = given ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    jit: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const logFile = join(place, 'postgres.log');
  const log = await open(logFile, 'w', 0o600);
  const task: Task = { making, command: binaries.postgres, args, ...account };
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(task)], {
    stdio: ['pipe', 'ignore', log.fd],
    detached: true,
    cwd: '/',
  });
  await log.close();
  onLaunch?.();
  const ended = once(supervisor, 'exit').then(() => {});
  const url = (database: string) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await ready(url('postgres'), supervisor);
  } catch (error) {
    supervisor.stdin?.end();
    await ended;
    const reason = `${(error as Error).message}\n${await readFile(logFile, 'utf8')}`;
    throw new PlainError(`PostgreSQL did not start: ${reason}`, { cause: error });
  }
  supervisor.unref();
  const stop = async () => {
    supervisor.ref();
    supervisor.stdin?.end();
    await ended;
  };
  return { place, url, ended, stop };
}

async function ready(url: string, supervisor: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if ((error as { code?: string }).code === WRONG_PASSWORD)
        throw new PlainError('this data was made under another password than the one in secrets.json', {
          cause: error,
        });
      if (supervisor.exitCode !== null || Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}

/** Makes the database unless it is there. */
export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<void> {
  const client = new pg.Client(server.url('postgres'));
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
