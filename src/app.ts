import { randomInt } from 'node:crypto';
import type { DestinationStream } from 'pino';
import { openJobs } from './adapters/jobs/pg-boss-jobs.ts';
import { openWakeUps } from './adapters/postgres/postgres-wake-ups.ts';
import { openPrisma, type PrismaOptions } from './adapters/postgres/prisma.ts';
import { SimulatedProvisioning } from './adapters/provisioning/simulated-provisioning.ts';
import { DevSms, NoSms } from './adapters/sms/dev-sms.ts';
import { openCatalogue } from './catalogue/source.ts';
import type { Config } from './config.ts';
import { devFolder } from './database.ts';
import type { DevTools } from './http/dev-tools.ts';
import { openLog } from './http/log.ts';
import type { App } from './ports/app.ts';
import type { Clock } from './ports/clock.ts';
import { Secrets } from './secrets.ts';
import { fulfilServiceOrder } from './services/jobs.ts';
import { followHints, fulfilServiceOrderHandler } from './services/fulfil-order.ts';
import { sendSmsPassword } from './sign-in/jobs.ts';
import { sendSmsPasswordHandler } from './sign-in/send-sms-password.ts';

const systemClock: Clock = { now: () => new Date() };

export interface AppOptions extends PrismaOptions {
  config: Config;
  databaseUrl: string;
  secretsKeys: readonly string[];
  clock?: Clock;
  /** Where the log goes instead of standard output. */
  logTo?: DestinationStream;
}

export interface RunningApp extends App {
  devTools: DevTools;
  /** Starts carrying jobs out. */
  work(): Promise<void>;
  /** Finishes the jobs under way and closes every connection. */
  close(): Promise<void>;
}

/** Puts the product together: each port with its adapter, each job with its handler. The database is migrated already. */
export async function createApp({
  config,
  databaseUrl,
  secretsKeys,
  clock = systemClock,
  logTo,
  ...options
}: AppOptions): Promise<RunningApp> {
  const log = openLog(config, logTo);
  const db = openPrisma(databaseUrl, options);
  const wakeUps = await openWakeUps(databaseUrl, log);
  const catalogue = await openCatalogue({ db, log }, wakeUps);
  const sms = new DevSms(devFolder(config), config.SMS_SENDER, clock, log);
  const network = new SimulatedProvisioning();
  const jobs = await openJobs(
    databaseUrl,
    [fulfilServiceOrder, sendSmsPassword],
    log,
    config.ROLE !== 'http',
  );
  const app: App = {
    config,
    log,
    db,
    clock,
    random: { below: randomInt },
    secrets: new Secrets(secretsKeys),
    catalogue,
    jobs,
    sms: config.DEV_TOOLS ? sms : new NoSms(log),
    provisioning: network,
    wakeUps,
  };
  return {
    ...app,
    devTools: { sms, network },
    work: async () => {
      followHints(app);
      await jobs.work([fulfilServiceOrderHandler(app), sendSmsPasswordHandler(app)]);
    },
    close: async () => {
      network.close();
      await jobs.stop();
      catalogue.close();
      await wakeUps.close();
      await db.$disconnect();
    },
  };
}
