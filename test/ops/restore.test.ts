import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type EmbeddedPostgres,
  ensureDatabase,
  startEmbedded,
} from '../../src/adapters/postgres/embedded.ts';
import { migrate } from '../../src/adapters/postgres/migrate.ts';

const DATABASE = 'internet_assistant';
const PASSWORD = 'the-same-before-and-after';
const run = promisify(execFile);
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

/** A folder that PostgreSQL’s account may enter, whoever runs the tests. */
async function folder(name: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `internet-assistant-${name}-`));
  await chmod(dir, 0o777);
  toEnd.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function start(dir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dir, password: PASSWORD, durable: true });
  toEnd.push(() => server.stop());
  return server;
}

async function connect(server: EmbeddedPostgres): Promise<pg.Client> {
  const client = new pg.Client(server.url(DATABASE));
  await client.connect();
  client.on('error', () => {});
  toEnd.push(() => client.end());
  return client;
}

/** What pg_basebackup does, which does not come with the server from npm. */
async function backUp(client: pg.Client, server: EmbeddedPostgres, to: string): Promise<void> {
  await client.query("SELECT pg_backup_start('nightly', true)");
  await mkdir(join(to, 'postgres'));
  const data = join(to, 'postgres', 'data');
  await run('cp', ['-a', join(server.place, 'data'), data]);
  const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop()');
  // The log comes from the archive
  for (const name of ['pg_wal', 'postmaster.pid']) await rm(join(data, name), { recursive: true });
  await mkdir(join(data, 'pg_wal'), { mode: 0o700 });
  await put(data, 'backup_label', rows[0].labelfile);
  const { uid, gid } = await stat(data);
  await chown(join(data, 'pg_wal'), uid, gid);
}

/** Writes a file as PostgreSQL’s account, who has to be able to move it. */
async function put(data: string, name: string, text: string): Promise<void> {
  await writeFile(join(data, name), text);
  const { uid, gid } = await stat(data);
  await chown(join(data, name), uid, gid);
}

test(
  'from a base backup and the archived log a database is as it was just before an accident',
  { timeout: 120_000 },
  async () => {
    const [dir, archive, other] = await Promise.all([folder('live'), folder('archive'), folder('restored')]);
    const first = await start(dir);
    await ensureDatabase(first, DATABASE);
    await migrate(first.url(DATABASE));
    const setting = await connect(first);
    await setting.query('ALTER SYSTEM SET archive_mode = on');
    await setting.query(
      `ALTER SYSTEM SET archive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'`,
    );
    await setting.end();
    await first.stop();

    const live = await start(dir);
    const client = await connect(live);
    const add = (code: string) =>
      client.query("INSERT INTO used_captchas (id, expires_at) VALUES ($1, now() + interval '1 day')", [
        code,
      ]);
    const [before, after] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    await add(before);
    await backUp(client, live, other);
    await add(after);
    await client.query("SELECT pg_create_restore_point('before the accident')");
    await client.query('TRUNCATE used_captchas');
    const { rows } = await client.query('SELECT pg_walfile_name(pg_switch_wal()) AS last');
    const archived = async () => {
      const { rows: seen } = await client.query('SELECT last_archived_wal FROM pg_stat_archiver');
      return seen[0].last_archived_wal >= rows[0].last;
    };
    await vi.waitUntil(archived, { timeout: 30_000, interval: 50 });
    await client.end();
    await live.stop();

    const data = join(other, 'postgres', 'data');
    await appendFile(
      join(data, 'postgresql.auto.conf'),
      `archive_mode = off
restore_command = 'cp ${archive}/%f %p'
recovery_target_name = 'before the accident'
recovery_target_action = 'promote'
`,
    );
    await put(data, 'recovery.signal', '');
    const server = await start(other);
    const restored = await connect(server);
    const recovering = async () =>
      (await restored.query('SELECT pg_is_in_recovery() AS still')).rows[0].still;
    await vi.waitUntil(async () => !(await recovering()), { timeout: 30_000, interval: 50 });
    const { rows: found } = await restored.query('SELECT id FROM used_captchas ORDER BY id');
    expect(found.map(({ id }) => id)).toEqual([before, after]);
    expect(await migrate(server.url(DATABASE))).toEqual([]);
  },
);
