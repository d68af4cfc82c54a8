import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { carryOut, environmentOf, readDockerfile, said, type Stage } from '../support/dockerfile.ts';
import { freePort } from '../../src/adapters/postgres/free-port.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

/** A process as the image runs it: its user where we may choose one, its environment, nothing of it writable but DATA_DIR. */
async function inImage(image: Stage, root: string, settings: Record<string, string>) {
  const [uid, gid] = said(image, 'USER')!.split(':').map(Number) as [number, number];
  const asRoot = process.getuid?.() === 0;
  const data = join(root, 'data');
  await mkdir(data, { recursive: true });
  const node = join(root, 'node');
  await cp(process.execPath, node);
  if (asRoot) await run('chown', [`${uid}:${gid}`, data]);
  const env = { ...environmentOf(image), PATH: '/nowhere', DATA_DIR: data, ...settings };
  const how = { cwd: join(root, said(image, 'WORKDIR')!), env, ...(asRoot ? { uid, gid } : {}) };
  const command = (words: string[]): [string, string[]] => [
    words[0] === 'node' ? node : words[0]!,
    words.slice(1),
  ];
  return {
    once: (words: string[]) => run(...command(words), how),
    start: (words: string[]) => spawn(...command(words), { ...how, stdio: ['ignore', 'pipe', 'inherit'] }),
  };
}

test('the image is made of what the stages before it made, on the same base', async () => {
  const stages = await readDockerfile(join(ROOT, 'Dockerfile'));
  expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
  const copied = stages.at(-1)!.steps.filter(({ word }) => word === 'COPY');
  expect(copied.map(({ rest }) => rest.split(' ')[0])).toEqual([
    '--from=modules',
    '--from=build',
    '--from=build',
  ]);
});

// It loads every package anew: minutes
for (const steps of process.env['LONG'] ? ['the steps of the Dockerfile'] : [])
  test(
    `${steps} lead to a product that migrates, serves, is healthy, and stops in order at SIGTERM`,
    { timeout: 900_000 },
    async () => {
      const into = await mkdtemp(join(tmpdir(), 'internet-assistant-image-'));
      toEnd.push(() => rm(into, { recursive: true, force: true }));
      await chmod(into, 0o711);
      const stages = await readDockerfile(join(ROOT, 'Dockerfile'));
      const root = await carryOut(stages, ROOT, into);
      const image = stages.at(-1)!;
      const database = await createTestDatabase({ empty: true });
      toEnd.push(() => database.drop());
      const PORT = String(await freePort());
      const settings = {
        DATABASE_URL: database.url,
        SECRETS_KEYS: 'k'.repeat(32),
        PORT,
        STOP_NOTICE_SECONDS: '0',
      };
      const { once: runOnce, start } = await inImage(image, root, settings);

      const migrate = ['node', 'dist/src/commands/migrate.js'];
      expect((await runOnce(migrate)).stdout).toMatch(/^\d+_/);
      expect((await runOnce(migrate)).stdout).toBe('The database is up to date.\n');
      const child = start(JSON.parse(said(image, 'CMD')!) as string[]);
      toEnd.push(() => child.kill('SIGKILL'));
      const ended = once(child, 'exit');
      const url = `http://127.0.0.1:${PORT}`;
      const status = (path: string) =>
        fetch(url + path).then(
          ({ status: code }) => code,
          () => 0,
        );
      await vi.waitUntil(async () => (await status('/health/ready')) === 200, {
        timeout: 60_000,
        interval: 100,
      });
      await runOnce(JSON.parse(/CMD (\[.*\])/.exec(said(image, 'HEALTHCHECK')!)![1]!) as string[]);
      expect(await Promise.all(['/', '/.well-known/jwks.json', '/dev/sms'].map(status))).toEqual([
        200, 200, 404,
      ]);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
  );
