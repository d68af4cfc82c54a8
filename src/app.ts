import { randomInt } from 'node:crypto';
import type { DestinationStream, Logger } from 'pino';
import { openJobs } from './adapters/jobs/pg-boss-jobs.ts';
import { openWakeUps } from './adapters/postgres/postgres-wake-ups.ts';
import { openPrisma, type PrismaOptions } from './adapters/postgres/prisma.ts';
import { SimulatedProvisioning } from './adapters/provisioning/simulated-provisioning.ts';
import { DevSms, NoSms } from './adapters/sms/dev-sms.ts';
import { SmppSms } from './adapters/sms/smpp-sms.ts';
import { openCatalogue } from './catalogue/source.ts';
import type { Config } from './config.ts';
import { devFolder } from './database.ts';
import type { DevTools } from './http/dev-tools.ts';
import { openLog } from './http/log.ts';
import type { App } from './ports/app.ts';
import type { Clock } from './ports/clock.ts';
import type { Random } from './ports/random.ts';
import type { Sms } from './ports/sms.ts';
import { Secrets } from './secrets.ts';
import { fulfilServiceOrder } from './services/jobs.ts';
import { followHints, fulfilServiceOrderHandler } from './services/fulfil-order.ts';
import { PasswordHashing } from './sign-in/password-hash.ts';
import { SessionWatch } from './sign-in/session-watch.ts';
import { sendSmsPassword } from './sign-in/jobs.ts';
import { sendSmsPasswordHandler } from './sign-in/send-sms-password.ts';
import { sendNotice } from './sms/jobs.ts';
import { recordReceipts } from './sms/receipts.ts';
import { sendNoticeHandler } from './sms/send-notice.ts';
import { clearAway, clearAwayHandler } from './upkeep/clear-away.ts';

const systemClock: Clock = { now: () => new Date() };

export interface AppOptions extends PrismaOptions {
  config: Config;
  databaseUrl: string;
  secretsKeys: readonly string[];
  clock?: Clock;
  /** How often readers look by themselves, should a wake-up be lost. */
  lookAgainMs?: number;
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

/** Who carries SMS; a process without jobs sends none. */
function smscOf(config: Config, shown: DevSms, random: Random, log: Logger): Sms {
  const { SMS_URL: url, SMS_SENDER: sender, SMS_WINDOW: window } = config;
  if (url === 'dev:') return config.DEV_TOOLS ? shown : new NoSms(log);
  return config.ROLE === 'http' ? new NoSms(log) : new SmppSms({ url, sender, window, random, log });
}

/** Puts the product together: each port with its adapter, each job with its handler. The database is migrated already. */
export async function createApp({
  config,
  databaseUrl,
  secretsKeys,
  clock = systemClock,
  lookAgainMs,
  logTo,
  ...options
}: AppOptions): Promise<RunningApp> {
  const log = openLog(config, logTo);
  const db = openPrisma(databaseUrl, options);
  const wakeUps = await openWakeUps(databaseUrl, log, lookAgainMs);
  const catalogue = await openCatalogue({ db, log }, wakeUps);
  const sms = new DevSms(devFolder(config), config.SMS_SENDER, clock, log);
  const random: Random = { below: randomInt };
  const smsc = smscOf(config, sms, random, log);
  const network = new SimulatedProvisioning();
  const jobs = await openJobs(
    databaseUrl,
    [fulfilServiceOrder, sendSmsPassword, sendNotice, clearAway],
    log,
    config.ROLE !== 'http',
  );
  const secrets = new Secrets(secretsKeys);
  const app: App = {
    config,
    log,
    db,
    clock,
    random,
    secrets,
    passwords: new PasswordHashing(secrets, {
      atOnce: config.PASSWORD_HASHES_AT_ONCE,
      places: config.PASSWORD_QUEUE,
    }),
    sessionWatch: new SessionWatch({ db, clock, config, wakeUps }),
    catalogue,
    jobs,
    sms: smsc,
    provisioning: network,
    wakeUps,
  };
  return {
    ...app,
    devTools: { sms, network },
    work: async () => {
      followHints(app);
      recordReceipts(app);
      await jobs.work([
        fulfilServiceOrderHandler(app),
        sendSmsPasswordHandler(app),
        sendNoticeHandler(app),
        clearAwayHandler(app),
      ]);
    },
    close: async () => {
      network.close();
      await jobs.stop();
      await smsc.close();
      catalogue.close();
      await wakeUps.close();
      await db.$disconnect();
    },
  };
}
