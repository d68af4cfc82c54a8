import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import { FolderInUse, lockFolder } from '../../src/adapters/postgres/folder-lock.ts';

const HOLDER = fileURLToPath(new URL('../support/hold-postgres.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

/** A folder that only its owner may enter. */
function privateFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-embedded-'));
  toEnd.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return dir;
}

async function start(dir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dir, password: 'a password for tests', durable: true });
  toEnd.push(() => server.stop());
  if (!server.place.startsWith(dir))
    toEnd.push(() => rmSync(join(server.place, '..'), { recursive: true, force: true }));
  return server;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<any[]> {
  const client = new pg.Client(server.url('postgres'));
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

/** Another process with a server on the folder; resolves when that is up. */
async function holder(
  dir: string,
): Promise<{ pid: number; kill(): Promise<void>; supervisor: number; postgres: number }> {
  const child = spawn(process.execPath, [HOLDER, dir], { stdio: ['ignore', 'pipe', 'ignore'] });
  toEnd.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const childOf = (pid: number) =>
    Number(execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).split('\n')[0]);
  const supervisor = childOf(child.pid!);
  return {
    pid: child.pid!,
    supervisor,
    postgres: childOf(supervisor),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

test('it starts below a folder that nobody else may enter, and keeps its data', async () => {
  const dir = privateFolder();
  const first = await start(dir);
  await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start(dir);
  expect(await query(second, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  expect(first.place).toBe(second.place);
  if (isRoot) expect(second.place).toMatch(/^\/var\/tmp\/internet-assistant-/);
});

test.runIf(isRoot)('as root, it keeps its data in the folder where another user can enter it', async () => {
  const dir = privateFolder();
  chmodSync(dir, 0o755);
  expect((await start(dir)).place).toBe(join(dir, 'postgres'));
});

test('it understands Cyrillic in either case', async () => {
  expect(
    await query(
      await start(privateFolder()),
      `SELECT lower('ЁЖ') AS lower, 'Погода' ILIKE '%поГОда' AS found`,
    ),
  ).toEqual([{ lower: 'ёж', found: true }]);
});

test('it ends with the process that started it, however that ends, and loses nothing', async () => {
  const dir = privateFolder();
  const other = await holder(dir);
  await other.kill();
  const server = await start(dir);
  expect(await query(server, 'SELECT * FROM held')).toEqual([{ by: other.pid }]);
  await expect.poll(() => isAlive(other.supervisor)).toBe(false);
  expect(isAlive(other.postgres)).toBe(false);
});

test('a server that outlived both is ended before the next one starts', async () => {
  const dir = privateFolder();
  const other = await holder(dir);
  process.kill(other.supervisor, 'SIGKILL');
  await other.kill();
  expect(isAlive(other.postgres)).toBe(true);
  const server = await start(dir);
  expect(isAlive(other.postgres)).toBe(false);
  expect(await query(server, 'SELECT * FROM held')).toEqual([{ by: other.pid }]);
});

test('a pid file that a killed server left, its number given to another program since, is no hindrance', async () => {
  const dir = privateFolder();
  const first = await start(dir);
  await first.stop();
  const bystander = spawn('sleep', ['60']);
  toEnd.push(() => bystander.kill());
  const pidFile = join(first.place, 'data', 'postmaster.pid');
  writeFileSync(
    pidFile,
    `${bystander.pid}\n${join(first.place, 'data')}\n1\n5432\n\n127.0.0.1\n\nready   \n`,
  );
  chmodSync(pidFile, 0o644);
  await start(dir);
  expect(isAlive(bystander.pid!)).toBe(true);
});

test('data made under another password is refused at once, with the reason', async () => {
  const dir = privateFolder();
  chmodSync(dir, 0o755);
  await (await start(dir)).stop();
  const began = performance.now();
  await expect(startEmbedded({ dir, password: 'another', durable: true })).rejects.toThrow(
    'another password',
  );
  expect(performance.now() - began).toBeLessThan(10_000);
});

test.runIf(isRoot)('a private folder that was emptied begins anew', async () => {
  const dir = privateFolder();
  const first = await start(dir);
  await query(first, 'CREATE TABLE old ()');
  await first.stop();
  const second = await startEmbedded({ dir, password: 'made anew', durable: true });
  toEnd.push(
    () => rmSync(join(second.place, '..'), { recursive: true, force: true }),
    () => second.stop(),
  );
  expect(await query(second, `SELECT to_regclass('old') AS old`)).toEqual([{ old: null }]);
});

test('an initdb that was interrupted is begun again', async () => {
  const dir = privateFolder();
  const first = await start(dir);
  await first.stop();
  rmSync(join(first.place, 'data'), { recursive: true });
  mkdirSync(join(first.place, 'data.new'));
  writeFileSync(join(first.place, 'data.new', 'half'), '');
  expect(await query(await start(dir), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a folder is locked for one process at a time, and free when that was killed', async () => {
  const dir = privateFolder();
  chmodSync(dir, 0o711);
  const other = await holder(dir);
  expect(() => lockFolder(dir)).toThrow(FolderInUse);
  await other.kill();
  lockFolder(dir)();
});
