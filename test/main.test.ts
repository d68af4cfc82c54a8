import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import {
  AccountDocument,
  ActivateServiceDocument,
  ServiceOrderUpdatedDocument,
} from '../src/generated/operations.ts';
import { all, Client } from './support/client.ts';
import { createTestDatabase } from './support/database.ts';
import { heard, MAIN, type Started, startProcess } from './support/process.ts';

const SEED = fileURLToPath(new URL('../prisma/load-demo.ts', import.meta.url));
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-main-'));
  // As root, too, the data stays in here and goes with it
  chmodSync(dir, 0o711);
  toEnd.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return dir;
}

function start(dir: string, settings?: Record<string, string>): Started {
  const started = startProcess(dir, settings);
  toEnd.push(() => started.kill());
  return started;
}

/** Every process whose command names the folder, or a folder that holds its data. */
const processesOn = (started: Started): string[] => {
  const place = /Database +(\S+)/.exec(started.output())?.[1] ?? 'no such place';
  const lines = execFileSync('ps', ['-eo', 'stat,args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(place) && !line.startsWith('Z'));
};

test('it starts, is used, stops in order at SIGTERM, and has its data the next time', async () => {
  const dir = folder();
  const first = start(dir);
  const client = new Client(await first.ready);
  await client.signIn('+79160000001');
  const before = (await client.run(AccountDocument)).me!;
  expect(first.output()).toMatch(/GraphiQL +http[^\n]*\/graphiql[^]*\+79160000001/);
  expect((await (await fetch(`${client.url}/health/ready`)).json()) as object).toEqual({ status: 'ready' });
  first.child.kill('SIGTERM');
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(processesOn(first)).toEqual([]);

  const second = start(dir);
  const again = new Client(await second.ready);
  again.token = client.token;
  expect((await again.run(AccountDocument)).me).toEqual(before);
});

test('a second start on one folder says so and stops', async () => {
  const dir = folder();
  const first = start(dir);
  await first.ready;
  const second = start(dir);
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe(
    `${dir} is in use by another Internet Assistant that is still running: stop it first, or name a database by DATABASE_URL\n`,
  );
  expect(first.child.exitCode).toBeNull();
});

test('an order accepted just before kill -9 is carried out after the next start', async () => {
  const dir = folder();
  const first = start(dir);
  const client = new Client(await first.ready);
  await client.signIn('+79160000001');
  const { activateService } = await client.run(ActivateServiceDocument, {
    input: { serviceCode: 'ANTISPAM', idempotencyKey: 'the last wish' },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  first.child.kill('SIGKILL');
  await first.ended;
  await expect.poll(() => processesOn(first)).toEqual([]);

  const second = start(dir);
  const again = new Client(await second.ready);
  again.token = client.token;
  const events = await all(
    again.overWebSocket(ServiceOrderUpdatedDocument, { orderId: activateService.order.id }),
  );
  expect(events.at(-1)!.serviceOrderUpdated).toMatchObject({
    state: 'COMPLETED',
    order: { subscriberService: { status: 'ACTIVE' } },
  });
});

test('all that is wrong with the settings is said at once', async () => {
  const started = start(folder(), {
    PORT: 'x',
    ROLE: 'boss',
    DEV_TOOLS: 'on',
    NODE_ENV: 'production',
    TIME_ZONE: 'Mars/North',
  });
  expect(await started.ended).toBe(1);
  expect(started.output()).toMatch(
    /^These settings cannot be used:\n {2}PORT: .*\n {2}ROLE: .*\n {2}TIME_ZONE: .*\n$/,
  );
  const together = start(folder(), {
    DEV_TOOLS: 'on',
    NODE_ENV: 'production',
    DATABASE_URL: 'postgresql://localhost/x',
  });
  expect(await together.ended).toBe(1);
  expect(together.output()).toMatch(/DEV_TOOLS: .*\n {2}SECRETS_KEYS: /);
});

test('a port that is taken is said, and the database is stopped again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  toEnd.push(() => taken.close());
  const { port } = taken.address() as { port: number };
  const started = start(folder(), { PORT: String(port) });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('EADDRINUSE');
  expect(started.output()).not.toContain('    at ');
});

test('started by npm, it ends with npm, although the shell in between stays', async () => {
  const dir = folder();
  const env = {
    PATH: process.env['PATH']!,
    HOME: dir,
    PORT: '0',
    DATA_DIR: dir,
    npm_lifecycle_event: 'start',
  };
  const script = `require('child_process').spawn('sh', ['-c', '"${process.execPath}" "${MAIN}"; true'], { stdio: 'inherit' })`;
  const npm = heard(spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  toEnd.push(() => npm.kill());
  await npm.ready;
  expect(processesOn(npm)).not.toEqual([]);
  await npm.kill();
  await expect.poll(() => processesOn(npm)).toEqual([]);
});

test('on a server named by DATABASE_URL it migrates, takes the demo operator, and serves', async () => {
  const database = await createTestDatabase({ empty: true });
  toEnd.push(() => database.drop());
  const settings = { DATABASE_URL: database.url, SECRETS_KEYS: 'k'.repeat(32), DEV_TOOLS: 'on' };
  const dir = folder();
  const env = { PATH: process.env['PATH']!, DATA_DIR: dir, ...settings };
  const seeded = execFileSync(process.execPath, [SEED], { env, encoding: 'utf8' });
  expect(seeded).toBe('The demo operator is loaded.\n');
  const started = start(dir, settings);
  const client = new Client(await started.ready);
  await client.signIn('+79160000001');
  const { activateService } = await client.run(ActivateServiceDocument, {
    input: { serviceCode: 'ANTISPAM', idempotencyKey: 'k' },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  const events = await all(
    client.overSse(ServiceOrderUpdatedDocument, { orderId: activateService.order.id }),
  );
  expect(events.at(-1)!.serviceOrderUpdated.state).toBe('COMPLETED');
  expect(started.output()).not.toContain('Database  ');
  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
});
