import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { DestinationStream, Logger } from 'pino';
import { FolderFiles } from './adapters/files/folder-files.ts';
import type { S3Timings } from './adapters/files/s3-files.ts';
import { openJobs } from './adapters/jobs/pg-boss-jobs.ts';
import { DevMail, NoMail } from './adapters/mail/dev-mail.ts';
import type { SmtpMailOptions } from './adapters/mail/smtp-mail.ts';
import { PostgresCopies } from './adapters/postgres/postgres-copies.ts';
import { openWakeUps } from './adapters/postgres/postgres-wake-ups.ts';
import { openDatabase, type PrismaOptions } from './adapters/postgres/prisma.ts';
import { SimulatedProvisioning } from './adapters/provisioning/simulated-provisioning.ts';
import type { Tmf641Options, Tmf641Provisioning } from './adapters/provisioning/tmf641-provisioning.ts';
import { DevSms, NoSms } from './adapters/sms/dev-sms.ts';
import type { SmppOptions } from './adapters/sms/smpp-sms.ts';
import { openCatalogue } from './catalogue/source.ts';
import { stepDetailOrder } from './cost-control/detail-orders.ts';
import { type Config, publicUrl } from './config.ts';
import { devFolder, filesFolder } from './database.ts';
import type { DevTools } from './http/dev-tools.ts';
import { callbackPath } from './http/network-callback.ts';
import type { App } from './ports/app.ts';
import { takeRecurringFees } from './ledger/jobs.ts';
import { takeRecurringFeesHandler } from './ledger/take-fees.ts';
import type { Clock } from './ports/clock.ts';
import type { Reach } from './ports/failure-points.ts';
import type { Files } from './ports/files.ts';
import type { Mail } from './ports/mail.ts';
import type { Random } from './ports/random.ts';
import type { Sms } from './ports/sms.ts';
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

/** How long each outside system is waited for, where that is not as its adapter has it. */
interface Timings {
  sms?: SmppOptions['timings'];
  network?: Tmf641Options['timings'];
  mail?: SmtpMailOptions['timings'];
  files?: Partial<S3Timings>;
}

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

// The adapters of outside systems bring much along: each is loaded where its system is named

/** Who carries SMS; a process without jobs sends none. */
async function smscOf(
  config: Config,
  shown: DevSms,
  parts: { random: Random; log: Logger },
  timings: Timings['sms'] = {},
): Promise<Sms> {
  const { SMS_URL: url, SMS_SENDER: sender, SMS_WINDOW: window } = config;
  const { log } = parts;
  if (url === 'dev:') return config.DEV_TOOLS ? shown : new NoSms(log);
  if (config.ROLE === 'http') return new NoSms(log);
  const { SmppSms } = await import('./adapters/sms/smpp-sms.ts');
  return new SmppSms({ url, sender, window, timings, ...parts });
}

/** The operator's network side; undefined: it is simulated. */
async function networkOf(
  config: Config,
  parts: { clock: Clock; random: Random; log: Logger },
  timings: Timings['network'] = {},
): Promise<Tmf641Provisioning | undefined> {
  const { PROVISIONING_URL: url, PROVISIONING_TOKEN_URL: tokenUrl } = config;
  if (url === 'sim:') return undefined;
  const { PROVISIONING_CLIENT_ID: clientId = '', PROVISIONING_CLIENT_SECRET: clientSecret = '' } = config;
  const credentials = tokenUrl ? { tokenUrl, clientId, clientSecret } : undefined;
  const { Tmf641Provisioning } = await import('./adapters/provisioning/tmf641-provisioning.ts');
  return new Tmf641Provisioning({ url, credentials, timings, ...parts });
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

/** Who carries mail. */
async function mailOf(
  config: Config,
  shown: DevMail,
  parts: { clock: Clock; log: Logger },
  timings: Timings['mail'] = {},
): Promise<Mail> {
  const { MAIL_URL: url, MAIL_FROM: from } = config;
  if (url === 'dev:') return config.DEV_TOOLS ? shown : new NoMail(parts.log);
  const { SmtpMail } = await import('./adapters/mail/smtp-mail.ts');
  return new SmtpMail({ url, from, timings, ...parts });
}

/** Where files lie. */
async function filesOf(config: Config, clock: Clock, timings: Timings['files']): Promise<Files> {
  const { FILES_URL: url } = config;
  if (url.startsWith('s3:')) {
    const { S3Files } = await import('./adapters/files/s3-files.ts');
    return new S3Files(url, timings);
  }
  return new FolderFiles(url === 'file:' ? filesFolder(config) : fileURLToPath(url), clock);
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
  const { db, rows } = openDatabase(databaseUrl, options);
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
  const sms = new DevSms(devFolder(config), config.SMS_SENDER, clock, log);
  const random: Random = { below: randomInt };
  const smsc = await smscOf(config, sms, { random, log }, timings.sms);
  const mail = new DevMail(devFolder(config), config.MAIL_FROM, clock, log);
  const files = await filesOf(config, clock, timings.files);
  const simulated = new SimulatedProvisioning();
  const network = await networkOf(config, { clock, random, log }, timings.network);
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
    sms: seenSms(smsc),
    mail: seenMail(await mailOf(config, mail, { clock, log }, timings.mail)),
    files: seenFiles(files),
    provisioning: seenProvisioning(network ?? simulated),
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
  let worker: ReturnType<typeof workOnOrders> | undefined;
  let resting: Promise<unknown> | undefined;
  const rest = async () => {
    await (resting ??= Promise.all([worker?.stop(), jobs.rest()]));
  };
  return {
    ...app,
    devTools: { sms, mail, network: simulated },
    takeStock: () => showBacklog(backlog),
    work: async () => {
      recordReceipts(app);
      if (config.PUBLIC_URL) network?.askForCallbacks(publicUrl(config) + callbackPath(secrets));
      worker = workOnOrders(app, worksOf(app), { lookEveryMs: lookAgainMs });
      await jobs.work([
        sendSmsPasswordHandler(app),
        sendNoticeHandler(app),
        takeRecurringFeesHandler(app),
        clearAwayHandler(app),
      ]);
    },
    rest,
    close: async () => {
      await rest();
      await jobs.stop();
      await app.provisioning.close();
      await smsc.close();
      await app.staffReads.write();
      await files.close();
      catalogue.close();
      await wakeUps.close();
      await db.$disconnect();
    },
  };
}
