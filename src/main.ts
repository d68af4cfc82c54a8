#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises';
import { FolderInUse } from './adapters/postgres/folder-lock.ts';
import { type CommandLine, ephemeralSettings, readCommandLine } from './command-line.ts';
import { BadSettings, type Config, readConfig } from './config.ts';
import { type Database, openDatabase, openTemporaryDatabase } from './database.ts';
import type { RunningApp } from './app.ts';
import { watchStarters } from './npm-parents.ts';

const PARENT_LOOK_MS = 500;

/** What was started, to be stopped in the reverse order. */
const started: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

/** What is under way gets so long to come to its end. */
const TO_END_MS = 20_000;
/** After which it is gone, whatever holds it up: whoever started it gives it little more (docs/production.md). */
let stopWithinMs = TO_END_MS;

/** What it does first when it is asked to stop, while it still serves. */
let leave: () => Promise<void> = async () => {};

function stop(code: number): Promise<void> {
  stopping ??= (async () => {
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    if (code === 0) await leave();
    for (const end of started.toReversed()) await end();
    process.exit(code);
  })();
  return stopping;
}

async function start(): Promise<void> {
  const asked = readCommandLine(process.argv.slice(2));
  const { ephemeral } = asked;
  const env = ephemeral ? ephemeralSettings(process.env) : process.env;
  const read = readConfig({ ...env, ...asked.settings });
  await startTracing(read);
  const [database, program] = await openAndRead(read, ephemeral);
  if (stopping) return;
  const { migrate, createApp, serveHttp, loadDemo, loadDemoHistory, loadDemoPartner } = program;
  const config = { ...read, DATA_DIR: database.dir };
  void database.embedded?.ended.then(() => failed(new Error('The database has ended')));
  await migrate(database.url);
  const app = await createApp({
    config,
    databaseUrl: database.url,
    secretsKeys: database.secretsKeys,
    // Standard output is for the one line
    ...(ephemeral || asked.json ? { logTo: process.stderr } : {}),
  });
  started.push(() => app.close());
  await startMetrics(app);
  if (database.embedded && config.DEV_TOOLS) {
    await loadDemo(app);
    await loadDemoHistory(app, { heavy: !ephemeral });
    await loadDemoPartner(app);
  }
  if (config.ROLE !== 'http') await app.work();
  const server =
    config.ROLE === 'worker'
      ? await (await import('./http/worker-health.ts')).serveWorkerHealth(app)
      : await serveHttp(app, config.DEV_TOOLS ? app.devTools : undefined);
  stopWithinMs = (config.STOP_NOTICE_SECONDS + config.STOP_STREAMS_SECONDS) * 1_000 + TO_END_MS;
  leave = async () => {
    server.leave();
    // Waited for when the rest has stopped
    app.rest().catch(() => {});
    if (config.ROLE !== 'worker') await delay(config.STOP_NOTICE_SECONDS * 1_000);
  };
  started.push(() => server.stop());
  greet(asked, config, database, server.url);
}

/** PostgreSQL starts in processes of its own; once they are on their way, the rest of the program is read. */
async function openAndRead(config: Config, ephemeral: boolean) {
  const launched = Promise.withResolvers<void>();
  const opening = ephemeral
    ? openTemporaryDatabase(launched.resolve)
    : openDatabase(config, launched.resolve);
  const stopDatabase = async () => (await opening.catch(() => undefined))?.stop();
  // Of a throw-away server nothing stays, not even of one that is stopped before it is ready
  if (ephemeral) started.push(stopDatabase);
  await Promise.race([launched.promise, opening]);
  const opened = await Promise.all([opening, readProgram(ephemeral)]);
  if (!ephemeral) started.push(stopDatabase);
  return opened;
}

async function readProgram(waitsLong: boolean) {
  const [{ migrate }, { createApp }, { serveHttp }, { loadDemo, loadDemoHistory, loadDemoPartner }] =
    await Promise.all([
      import('./adapters/postgres/migrate.ts'),
      import('./app.ts'),
      import('./http/server.ts'),
      import('../prisma/seed.ts'),
    ]);
  if (waitsLong) {
    const [{ warmPrisma }, { readCatalogue }] = await Promise.all([
      import('./adapters/postgres/warm-prisma.ts'),
      import('./catalogue/source.ts'),
    ]);
    await warmPrisma(readCatalogue);
  }
  return { migrate, createApp, serveHttp, loadDemo, loadDemoHistory, loadDemoPartner };
}

/** What is not wanted is not even loaded, here and below. */
async function startTracing(config: Config): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (!endpoint) return;
  const { openTracing } = await import('./seeing/tracing.ts');
  const tracing = openTracing(endpoint, config);
  started.push(() => tracing.stop());
}

async function startMetrics(app: RunningApp): Promise<void> {
  const { METRICS_PORT: port, METRICS_HOST: host } = app.config;
  if (port === undefined) return;
  const { serveMetrics } = await import('./seeing/serve-metrics.ts');
  const server = await serveMetrics({ port, host }, () => app.takeStock());
  started.push(() => server.stop());
  app.log.info({ url: server.url }, 'metrics are served');
}

function greet({ ephemeral, json }: CommandLine, config: Config, { embedded }: Database, url: string): void {
  if (config.ROLE === 'worker')
    return void process.stdout.write(`The worker is ready: ${url}/health/ready\n\n`);
  const ready = json ? JSON.stringify({ url }) : `The Internet Assistant is ready: ${url}/graphql`;
  if (json || ephemeral) return void process.stdout.write(`${ready}\n`);
  const lines = [ready];
  if (config.DEV_TOOLS) {
    lines.push(
      '',
      `  Web page      ${url}`,
      `  GraphiQL      ${url}/graphiql`,
      `  SMS sent      ${url}/dev/sms`,
      `  Mail sent     ${url}/dev/mail`,
      `  Demo partner  ${url}/dev/partner`,
      '  Numbers       +79160000001 everyday · …02 3.00 RUB · …03 suspended · …04 Content ban on · …05 the network refuses',
      '                …06 the network takes 20 s · …08 new line · …09 archived tariff · …99 nobody’s',
    );
  }
  if (embedded) lines.push(`  Database      ${embedded.place}`);
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

/** npm and a terminal both pass Ctrl-C on: more than one signal is one wish to stop. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

/** Started by another Node (bin/internet-assistant.js), this process ends with that one. */
process.on('disconnect', () => void stop(1));

/** Started by npm, this process ends with it, whichever of npm and its shell is gone first. */
if (process.env['npm_lifecycle_event']) {
  const startersLive = watchStarters();
  setInterval(() => startersLive() || void stop(1), PARENT_LOOK_MS).unref();
}

/** As the log would have it: without values that statements had in them. */
async function whatWentWrong(error: unknown): Promise<string> {
  const { errorForLog } = await import('./seeing/log.ts');
  const { type, message, stack } = errorForLog(error);
  return `${type}: ${message}\n${stack}`;
}

async function failed(error: unknown): Promise<void> {
  if (stopping) return stopping;
  const expected =
    error instanceof BadSettings ||
    error instanceof FolderInUse ||
    (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  process.stderr.write(`${expected ? (error as Error).message : await whatWentWrong(error)}\n`);
  return stop(1);
}

/** Nobody knows what it left half done: whoever started this process starts another. */
process.on('uncaughtException', (error) => void failed(error));

await start().catch(failed);
