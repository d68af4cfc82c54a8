import { rm } from 'node:fs/promises';
import { createApp, type RunningApp } from '../../src/app.ts';
import { type HttpServer, serveHttp } from '../../src/http/server.ts';
import { Client } from './client.ts';
import { MovableClock } from './clock.ts';
import { testConfig } from './config.ts';
import type { Reach } from '../../src/ports/failure-points.ts';
import { expectBalanced } from './balanced.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** The whole product in this process, on a database of its own. */
export interface Running {
  app: RunningApp;
  clock: MovableClock;
  url: string;
  databaseUrl: string;
  /** SQL statements since the last look. */
  statements(): string[];
  /** What was logged so far. */
  log(): string;
  /** A client that nobody has signed in with. */
  client(language?: string): Client;
  stop(): Promise<void>;
}

/** Starts it; orders take no time in its network unless a test steers it otherwise. */
export async function startProduct({
  settings = {},
  works = true,
  reach,
  database: given,
}: {
  settings?: Record<string, string>;
  works?: boolean;
  reach?: Reach;
  database?: TestDatabase;
} = {}): Promise<Running> {
  const database = given ?? (await createTestDatabase());
  const config = testConfig(settings);
  const clock = new MovableClock();
  let seen: string[] = [];
  const lines: string[] = [];
  const app = await createApp({
    config,
    databaseUrl: database.url,
    secretsKeys: ['t'.repeat(32)],
    clock,
    logTo: { write: (line) => void lines.push(line) },
    onStatement: (sql) => seen.push(sql),
    ...(reach ? { reach } : {}),
    cron: false,
  });
  app.devTools.network.steer({ delayMs: 0 });
  if (works) await app.work();
  const server: HttpServer = await serveHttp(app, app.devTools);
  return {
    app,
    clock,
    url: server.url,
    databaseUrl: database.url,
    statements: () => {
      const statements = seen;
      seen = [];
      return statements;
    },
    log: () => lines.join(''),
    client: (language) => new Client(server.url, language),
    stop: async () => {
      await server.stop();
      await app.close();
      await expectBalanced(database.url);
      await database.drop();
      await rm(config.DATA_DIR, { recursive: true });
    },
  };
}
