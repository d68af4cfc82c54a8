import { rm } from 'node:fs/promises';
import { type AppOptions, createApp, type RunningApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import { type HttpServer, serveHttp } from '../../src/http/server.ts';
import type { Reach } from '../../src/ports/failure-points.ts';
import { expectBalanced } from './balanced.ts';
import { Client } from './client.ts';
import { MovableClock } from './clock.ts';
import { testConfig } from './config.ts';
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
  /** One that the owner of this number has signed in with. */
  signedIn(phoneNumber: string, language?: string): Promise<Client>;
  /** Another one on the same database and clock, as a process that only serves would be; its `stop` leaves both. */
  beside(): Promise<Running>;
  /** Stops it and starts it anew where it was. */
  restart(): Promise<Running>;
  /** Has it say that it is about to stop. */
  leave(): void;
  stop(): Promise<void>;
}

interface Options {
  settings?: Record<string, string>;
  /** Whether jobs are carried out. */
  works?: boolean;
  clock?: MovableClock;
  /** How often streams and sockets look by themselves: a long time leaves all to the wake-ups. */
  lookAgainMs?: number;
  /** Comes by at each failure point. */
  reach?: Reach;
  /** How long it waits for the outside. */
  patience?: Pick<AppOptions, 'statementMs' | 'timings'>;
  /** One that is there already. */
  database?: TestDatabase;
}

/** Where it runs, and how; what is left of it when it stops. */
interface Place {
  database: TestDatabase;
  config: Config;
  works: boolean;
  clock: MovableClock;
  lookAgainMs: number | undefined;
  reach: Reach | undefined;
  patience: Options['patience'];
}

/** Starts it; orders take no time in its network unless a test steers it otherwise. */
export async function startProduct({
  settings = {},
  works = true,
  clock = new MovableClock(),
  lookAgainMs,
  reach,
  patience,
  database: given,
}: Options = {}): Promise<Running> {
  const database = given ?? (await createTestDatabase());
  const config = testConfig(settings);
  return startIn({ database, config, works, clock, lookAgainMs, reach, patience }, async () => {
    await expectBalanced(database.url);
    await database.drop();
    await rm(config.DATA_DIR, { recursive: true });
  });
}

async function startIn(place: Place, cleanUp: () => Promise<void>): Promise<Running> {
  const { database, config, works, clock, lookAgainMs, reach, patience } = place;
  let seen: string[] = [];
  const lines: string[] = [];
  const app = await createApp({
    config,
    databaseUrl: database.url,
    secretsKeys: ['t'.repeat(32)],
    clock,
    ...(lookAgainMs === undefined ? {} : { lookAgainMs }),
    logTo: { write: (line) => void lines.push(line) },
    onStatement: (sql) => seen.push(sql),
    ...(reach ? { reach } : {}),
    ...patience,
    cron: false,
  });
  app.devTools.network.steer({ delayMs: 0 });
  if (works) await app.work();
  const server: HttpServer = await serveHttp(app, config.DEV_TOOLS ? app.devTools : undefined);
  const halt = async () => {
    await server.stop();
    await app.close();
  };
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
    signedIn: async (phoneNumber, language = 'en') => {
      const client = new Client(server.url, language);
      await client.signIn(phoneNumber);
      return client;
    },
    beside: () => startIn({ ...place, works: false }, async () => {}),
    restart: async () => {
      await halt();
      return startIn(place, cleanUp);
    },
    leave: () => server.leave(),
    stop: async () => {
      await halt();
      await cleanUp();
    },
  };
}
