import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { FolderFiles } from './adapters/files/folder-files.ts';
import type { S3Timings } from './adapters/files/s3-files.ts';
import { DevMail, NoMail } from './adapters/mail/dev-mail.ts';
import type { SmtpMailOptions } from './adapters/mail/smtp-mail.ts';
import { SimulatedProvisioning } from './adapters/provisioning/simulated-provisioning.ts';
import type { Tmf641Options, Tmf641Provisioning } from './adapters/provisioning/tmf641-provisioning.ts';
import { DevSms, NoSms } from './adapters/sms/dev-sms.ts';
import type { SmppOptions } from './adapters/sms/smpp-sms.ts';
import type { Config } from './config.ts';
import { devFolder, filesFolder } from './database.ts';
import type { DevTools } from './http/dev-tools.ts';
import type { Clock } from './ports/clock.ts';
import type { Files } from './ports/files.ts';
import type { Mail } from './ports/mail.ts';
import type { Provisioning } from './ports/provisioning.ts';
import type { Random } from './ports/random.ts';
import type { Sms } from './ports/sms.ts';

/** How long each outside system is waited for, where that is not as its adapter has it. */
export interface Timings {
  sms?: SmppOptions['timings'];
  network?: Tmf641Options['timings'];
  mail?: SmtpMailOptions['timings'];
  files?: Partial<S3Timings>;
}

/** Who does what we do not do ourselves, as the settings have it. */
export interface Adapters {
  sms: Sms;
  mail: Mail;
  files: Files;
  provisioning: Provisioning;
  /** The operator's network side; undefined: it is simulated. */
  network: Tmf641Provisioning | undefined;
  /** What stands in for an outside system, to be looked at by a developer. */
  devTools: DevTools;
}

interface Parts {
  config: Config;
  clock: Clock;
  random: Random;
  log: Logger;
}

// The adapters of outside systems bring much along: each is loaded where its system is named

export async function chooseAdapters(parts: Parts, timings: Timings): Promise<Adapters> {
  const { config, clock, log } = parts;
  const devTools: DevTools = {
    sms: new DevSms(devFolder(config), config.SMS_SENDER, clock, log),
    mail: new DevMail(devFolder(config), config.MAIL_FROM, clock, log),
    network: new SimulatedProvisioning(),
  };
  const network = await networkOf(parts, timings.network);
  return {
    sms: await smsOf(parts, devTools.sms, timings.sms),
    mail: await mailOf(parts, devTools.mail, timings.mail),
    files: await filesOf(parts, timings.files),
    provisioning: network ?? devTools.network,
    network,
    devTools,
  };
}

/** A process without jobs sends no SMS. */
async function smsOf(
  { config, random, log }: Parts,
  shown: DevSms,
  timings: Timings['sms'] = {},
): Promise<Sms> {
  const { SMS_URL: url, SMS_SENDER: sender, SMS_WINDOW: window } = config;
  if (url === 'dev:') return config.DEV_TOOLS ? shown : new NoSms(log);
  if (config.ROLE === 'http') return new NoSms(log);
  const { SmppSms } = await import('./adapters/sms/smpp-sms.ts');
  return new SmppSms({ url, sender, window, timings, random, log });
}

async function networkOf(
  { config, clock, random, log }: Parts,
  timings: Timings['network'] = {},
): Promise<Tmf641Provisioning | undefined> {
  const { PROVISIONING_URL: url, PROVISIONING_TOKEN_URL: tokenUrl } = config;
  if (url === 'sim:') {
    if (config.NODE_ENV === 'production')
      log.error('PROVISIONING_URL is sim: orders are not carried out, only pretended to be');
    return undefined;
  }
  const { PROVISIONING_CLIENT_ID: clientId = '', PROVISIONING_CLIENT_SECRET: clientSecret = '' } = config;
  const credentials = tokenUrl ? { tokenUrl, clientId, clientSecret } : undefined;
  const { Tmf641Provisioning } = await import('./adapters/provisioning/tmf641-provisioning.ts');
  return new Tmf641Provisioning({ url, credentials, timings, clock, random, log });
}

async function mailOf(
  { config, clock, log }: Parts,
  shown: DevMail,
  timings: Timings['mail'] = {},
): Promise<Mail> {
  const { MAIL_URL: url, MAIL_FROM: from } = config;
  if (url === 'dev:') return config.DEV_TOOLS ? shown : new NoMail(log);
  const { SmtpMail } = await import('./adapters/mail/smtp-mail.ts');
  return new SmtpMail({ url, from, timings, clock, log });
}

async function filesOf({ config, clock }: Parts, timings: Timings['files']): Promise<Files> {
  const { FILES_URL: url } = config;
  if (url.startsWith('s3:')) {
    const { S3Files } = await import('./adapters/files/s3-files.ts');
    return new S3Files(url, timings);
  }
  return new FolderFiles(url === 'file:' ? filesFolder(config) : fileURLToPath(url), clock);
}
