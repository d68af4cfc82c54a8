import type { Logger } from 'pino';
import type { CatalogueSource } from '../catalogue/source.ts';
import type { Config } from '../config.ts';
import type { Secrets } from '../secrets.ts';
import type { PasswordHashing } from '../sign-in/password-hash.ts';
import type { GrantKey } from '../partners/grants.ts';
import type { LifeWatch } from '../sign-in/life-watch.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import type { StaffReads } from '../staff/staff-reads.ts';
import type { Clock } from './clock.ts';
import type { Copies } from './copies.ts';
import type { Db } from './database.ts';
import type { Reach } from './failure-points.ts';
import type { Files } from './files.ts';
import type { Jobs } from './jobs.ts';
import type { Mail } from './mail.ts';
import type { NetworkCallback } from './network-callback.ts';
import type { Provisioning } from './provisioning.ts';
import type { Random } from './random.ts';
import type { Rows } from './rows.ts';
import type { Sms } from './sms.ts';
import type { WakeUps } from './wake-ups.ts';

/** All that a use case may touch; each takes the part that it needs, `Pick<App, …>`, as its first argument. */
export interface App {
  config: Config;
  log: Logger;
  db: Db;
  rows: Rows;
  copies: Copies;
  clock: Clock;
  random: Random;
  secrets: Secrets;
  passwords: PasswordHashing;
  sessionWatch: LifeWatch<SessionKey>;
  grantWatch: LifeWatch<GrantKey>;
  catalogue: CatalogueSource;
  jobs: Jobs;
  sms: Sms;
  mail: Mail;
  files: Files;
  provisioning: Provisioning;
  /** Absent while the network is simulated. */
  networkCallback?: NetworkCallback | undefined;
  wakeUps: WakeUps;
  reach: Reach;
  staffReads: StaffReads;
}
