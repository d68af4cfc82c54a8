#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises';
import { ephemeralSettings, readCommandLine } from './command-line.ts';
import { type Config, readConfig } from './config.ts';
import { openDatabase, openTemporaryDatabase } from './database.ts';
import type { RunningApp } from './app.ts';
import { greetingOf } from './greeting.ts';
import { watchStarters } from './npm-parents.ts';
import { sayError } from './say-error.ts';
import { Stopping } from './stopping.ts';

const PARENT_LOOK_MS = 500;

const stopping = new Stopping({ exit: (code) => process.exit(code), report: sayError });

async function start(): Promise<void> {
  const asked = readCommandLine(process.argv.slice(2));
  const { ephemeral } = asked;
  const env = ephemeral ? ephemeralSettings(process.env) : process.env;
  const read = readConfig({ ...env, ...asked.settings });
  await startTracing(read);
  const [database, program] = await openAndRead(read, ephemeral);
  if (stopping.begun) return;
  const { migrate, createApp, serveHttp, loadDemo, loadDemoHistory, loadDemoPartner } = program;
  const config = { ...read, DATA_DIR: database.dir };
  void database.embedded?.ended.then(() => stopping.failUnlessBegun(new Error('The database has ended')));
  await migrate(database.url);
  const app = await createApp({
    config,
    databaseUrl: database.url,
    secretsKeys: database.secretsKeys,
    // Standard output is for the one line
    ...(ephemeral || asked.json ? { logTo: process.stderr } : {}),
  });
  stopping.add(() => app.close());
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
  const noticeMs = config.ROLE === 'worker' ? 0 : config.STOP_NOTICE_SECONDS * 1_000;
  stopping.onLeave(
    async () => {
      server.leave();
      // Waited for when the rest has stopped
      app.rest().catch(() => {});
      await delay(noticeMs);
    },
    noticeMs + config.STOP_STREAMS_SECONDS * 1_000,
  );
  stopping.add(() => server.stop());
  process.stdout.write(greetingOf(asked, config, database, server.url));
}

/** PostgreSQL starts in processes of its own; once they are on their way, the rest of the program is read. */
async function openAndRead(config: Config, ephemeral: boolean) {
  const launched = Promise.withResolvers<void>();
  const opening = ephemeral
    ? openTemporaryDatabase(launched.resolve)
    : openDatabase(config, launched.resolve);
  const stopDatabase = async () => (await opening.catch(() => undefined))?.stop();
  // Of a throw-away server nothing stays, not even of one that is stopped before it is ready
  if (ephemeral) stopping.add(stopDatabase);
  await Promise.race([launched.promise, opening]);
  const opened = await Promise.all([opening, readProgram(ephemeral)]);
  if (!ephemeral) stopping.add(stopDatabase);
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
  stopping.add(() => tracing.stop());
}

async function startMetrics(app: RunningApp): Promise<void> {
  const { METRICS_PORT: port, METRICS_HOST: host } = app.config;
  if (port === undefined) return;
  const { serveMetrics } = await import('./seeing/serve-metrics.ts');
  const server = await serveMetrics({ port, host }, () => app.takeStock());
  stopping.add(() => server.stop());
  app.log.info({ url: server.url }, 'metrics are served');
}

/** npm and a terminal both pass Ctrl-C on: more than one signal is one wish to stop. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopping.stop());

/** Started by another Node (bin/internet-assistant.js), this process ends with that one. */
process.on('disconnect', () => void stopping.abandon());

/** Started by npm, this process ends with it, whichever of npm and its shell is gone first. */
if (process.env['npm_lifecycle_event']) {
  const startersLive = watchStarters();
  setInterval(() => startersLive() || void stopping.abandon(), PARENT_LOOK_MS).unref();
}

process.on('uncaughtException', (error) => void stopping.fail(error));

await start().catch((error: unknown) => stopping.failUnlessBegun(error));
