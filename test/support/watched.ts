import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createTestDatabase } from './database.ts';
import { type Collector, startCollector } from './otlp.ts';
import { type Started, startProcess } from './process.ts';
import { startTmf641, type Tmf641Server } from './tmf641.ts';

const WAIT = { timeout: 60_000, interval: 50 };

/** A process that serves and one that works, on one database, with a network side, watched in every way. */
export interface Watched {
  web: Started;
  worker: Started;
  url: string;
  /** Where each serves its figures. */
  metrics: { web: string; worker: string };
  network: Tmf641Server;
  collector: Collector;
  /** Ends both in order: what they have to tell is told then. */
  finish(): Promise<void>;
  stop(): Promise<void>;
}

const metricsOf = (started: Started): Promise<string> =>
  vi.waitUntil(() => /"url":"(http:[^"]+\/metrics)"/.exec(started.output())?.[1], WAIT);

export async function startWatched(settings: Record<string, string> = {}): Promise<Watched> {
  const [database, network, collector] = await Promise.all([
    createTestDatabase(),
    startTmf641(),
    startCollector(),
  ]);
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-watched-'));
  const start = (ROLE: string) =>
    startProcess(dir, {
      ROLE,
      DATABASE_URL: database.url,
      SECRETS_KEYS: 'k'.repeat(32),
      DEV_TOOLS: 'on',
      LOG_LEVEL: 'info',
      PROVISIONING_URL: network.url,
      METRICS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: '1',
      ...settings,
    });
  const [web, worker] = [start('http'), start('worker')];
  return {
    web,
    worker,
    network,
    collector,
    url: await web.ready,
    metrics: { web: await metricsOf(web), worker: await metricsOf(worker) },
    finish: async () => {
      for (const each of [web, worker]) each.child.kill('SIGTERM');
      await Promise.all([web.ended, worker.ended]);
    },
    stop: async () => {
      for (const each of [web, worker]) each.child.kill('SIGKILL');
      await Promise.all([web.ended, worker.ended]);
      await Promise.all([network.stop(), collector.stop()]);
      await database.drop();
      rmSync(dir, { recursive: true });
    },
  };
}
