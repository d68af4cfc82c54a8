import { randomInt } from 'node:crypto';
import type { DestinationStream } from 'pino';
import { type JobRunner, openJobs } from './adapters/jobs/pg-boss-jobs.ts';
import { PostgresCopies } from './adapters/postgres/postgres-copies.ts';
import { openWakeUps } from './adapters/postgres/postgres-wake-ups.ts';
import { openPrisma, type PrismaOptions } from './adapters/postgres/prisma.ts';
import { openCatalogue } from './catalogue/source.ts';
import { type Adapters, chooseAdapters, type Timings } from './choose-adapters.ts';
import { stepDetailOrder } from './cost-control/detail-orders.ts';
import { type Config, publicUrl } from './config.ts';
import type { DevTools } from './http/dev-tools.ts';
import { callbackPath } from './http/network-callback.ts';
import type { App } from './ports/app.ts';
import { takeRecurringFees } from './ledger/jobs.ts';
import { takeRecurringFeesHandler } from './ledger/take-fees.ts';
import type { Clock } from './ports/clock.ts';
import type { Reach } from './ports/failure-points.ts';
import type { Random } from './ports/random.ts';
import { Secrets } from './secrets.ts';
import { type Backlog, showBacklog } from './seeing/backlog.ts';
import { openLog } from './seeing/log.ts';
import { seenCopies, seenFiles, seenMail, seenProvisioning, seenRows, seenSms } from './seeing/seen-ports.ts';
import { openOrders } from './orders/backlog.ts';
import { followHints } from './orders/hints.ts';
import { stepNetworkOrder } from './orders/network-order.ts';
import { type OrderWork, workOnOrders } from './orders/order-worker.ts';
import { serviceOrders } from './services/service-orders.ts';
import { PasswordHashing } from './sign-in/password-hash.ts';
import { openGrantWatch } from './partners/grant-watch.ts';
import { openSessionWatch } from './sign-in/session-watch.ts';
import { sendSmsPassword } from './sign-in/jobs.ts';
import { sendSmsPasswordHandler } from './sign-in/send-sms-password.ts';
import { StaffReads } from './staff/staff-reads.ts';
import { sendNotice } from './sms/jobs.ts';
import { recordReceipts } from './sms/receipts.ts';
import { sendNoticeHandler } from './sms/send-notice.ts';
import { tariffChanges } from './tariffs/tariff-changes.ts';
import { clearAway, clearAwayHandler } from './upkeep/clear-away.ts';

const systemClock: Clock = { now: () => new Date() };

export interface AppOptions extends PrismaOptions {
  config: Config;
  databaseUrl: string;
  secretsKeys: readonly string[];
  clock?: Clock;
  /** Comes by at each failure point: for tests. */
  reach?: Reach;
  /** Whether what is due by the hour is done by itself; tests have it done. */
  cron?: boolean;
  /** How often readers look by themselves, should a wake-up be lost. */
  lookAgainMs?: number;
  /** For tests that wait for less. */
  timings?: Timings;
  /** Where the log goes instead of standard output. */
  logTo?: DestinationStream;
}

export interface RunningApp extends App {
  devTools: DevTools;
  /** Brings the figures of what waits up to date. */
  takeStock(): Promise<void>;
  /** Starts carrying jobs out. */
  work(): Promise<void>;
  /** Takes up no more jobs, finishes those under way or leaves them to others; requests are served as before. */
  rest(): Promise<void>;
  /** Finishes the jobs under way and closes every connection. */
  close(): Promise<void>;
}

/** What there is to carry out, and how much of it at once. */
export const worksOf = (app: App): OrderWork[] => [
  {
    kind: 'SERVICE_ORDER',
    leaseMs: 8_000,
    atOnce: 20,
    step: (taken) => stepNetworkOrder(app, serviceOrders, taken),
  },
  {
    kind: 'TARIFF_CHANGE',
    leaseMs: 8_000,
    atOnce: 10,
    step: (taken) => stepNetworkOrder(app, tariffChanges, taken),
  },
  {
    kind: 'DETAIL_ORDER',
    leaseMs: 10_000,
    atOnce: 2,
    step: (taken) => stepDetailOrder(app, taken),
  },
];

/** What this process carries out: orders and jobs, from when it is told until it rests. */
function workerOf(
  app: App,
  {
    jobs,
    network,
    lookAgainMs,
  }: { jobs: JobRunner; lookAgainMs: number | undefined } & Pick<Adapters, 'network'>,
): Pick<RunningApp, 'work' | 'rest'> {
  let orders: ReturnType<typeof workOnOrders> | undefined;
  let resting: Promise<unknown> | undefined;
  return {
    work: async () => {
      recordReceipts(app);
      if (app.config.PUBLIC_URL) network?.askForCallbacks(publicUrl(app.config) + callbackPath(app.secrets));
      orders = workOnOrders(app, worksOf(app), { lookEveryMs: lookAgainMs });
      await jobs.work([
        sendSmsPasswordHandler(app),
        sendNoticeHandler(app),
        takeRecurringFeesHandler(app),
        clearAwayHandler(app),
      ]);
    },
    rest: async () => {
      await (resting ??= Promise.all([orders?.stop(), jobs.rest()]));
    },
  };
}

/** Puts the product together: each port with its adapter, each job with its handler. The database is migrated already. */
export async function createApp({
  config,
  databaseUrl,
  secretsKeys,
  clock = systemClock,
  reach = () => {},
  cron = true,
  lookAgainMs,
  timings = {},
  logTo,
  ...options
}: AppOptions): Promise<RunningApp> {
  const log = openLog(config, logTo);
  const { db, rows } = openPrisma(databaseUrl, options);
  const openCatalogueAwake = async () => {
    const wakeUps = await openWakeUps(databaseUrl, log, lookAgainMs);
    return { wakeUps, catalogue: await openCatalogue({ db, log }, wakeUps, lookAgainMs) };
  };
  const [{ wakeUps, catalogue }, jobs] = await Promise.all([
    openCatalogueAwake(),
    openJobs(databaseUrl, [sendSmsPassword, sendNotice, takeRecurringFees, clearAway], log, {
      runs: config.ROLE !== 'http',
      cron,
      statementMs: options.statementMs,
    }),
  ]);
  const random: Random = { below: randomInt };
  const { sms, mail, files, provisioning, network, devTools } = await chooseAdapters(
    { config, clock, random, log },
    timings,
  );
  const secrets = new Secrets(secretsKeys);
  const app: App = {
    config,
    log,
    db,
    rows: seenRows(rows),
    copies: seenCopies(new PostgresCopies(databaseUrl, options.statementMs)),
    clock,
    random,
    secrets,
    passwords: new PasswordHashing(secrets, {
      atOnce: config.PASSWORD_HASHES_AT_ONCE,
      places: config.PASSWORD_QUEUE,
    }),
    sessionWatch: openSessionWatch({ db, clock, config, wakeUps }),
    grantWatch: openGrantWatch({ db, wakeUps }),
    catalogue,
    jobs,
    sms: seenSms(sms),
    mail: seenMail(mail),
    files: seenFiles(files),
    provisioning: seenProvisioning(provisioning),
    networkCallback: network,
    wakeUps,
    reach,
    staffReads: new StaffReads({ db, clock, log }),
  };
  // Whichever process hears a hint: the order's row tells the workers
  followHints(app);
  const backlog = async (): Promise<Backlog> => ({
    orders: await openOrders(app),
    jobs: await jobs.backlog(db),
  });
  const { work, rest } = workerOf(app, { jobs, network, lookAgainMs });
  return {
    ...app,
    devTools,
    takeStock: () => showBacklog(backlog),
    work,
    rest,
    close: async () => {
      await app.staffReads.write();
      await rest();
      await jobs.stop();
      await app.provisioning.close();
      await sms.close();
      await files.close();
      await catalogue.close();
      await wakeUps.close();
      await db.$disconnect();
    },
  };
}
