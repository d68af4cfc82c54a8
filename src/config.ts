import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseDecimal } from './money.ts';
import { PlainError } from './ports/plain-error.ts';
import { NOBODY, type Settings, settings } from './settings.ts';

/** Settings whose default depends on others. */
type Deduced = 'DEV_TOOLS' | 'SECRETS_KEYS' | 'STOP_NOTICE_SECONDS' | 'STOP_STREAMS_SECONDS';

export interface Config extends Omit<Settings, Deduced> {
  DEV_TOOLS: boolean;
  /** For how long a process that is to stop says so before it takes no more requests. */
  STOP_NOTICE_SECONDS: number;
  /** Over how long it then sends the readers of its streams away. */
  STOP_STREAMS_SECONDS: number;
  /** Newest first; empty: to be made and kept with the embedded database. */
  SECRETS_KEYS: string[];
}

/** The settings cannot be used; the message names every fault, one a line. */
export class BadSettings extends PlainError {
  constructor(faults: string[]) {
    super(`These settings cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the settings from environment variables; an empty one counts as absent.
 * @throws BadSettings with all that is wrong
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(given);
  const faults = parsed.success
    ? together(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || faults.length) throw new BadSettings(faults);
  const { DEV_TOOLS, SECRETS_KEYS, DATA_DIR, ...rest } = parsed.data;
  const devByDefault = !rest.DATABASE_URL && isLoopback(rest.HOST) && rest.NODE_ENV !== 'production';
  const devTools = DEV_TOOLS ? DEV_TOOLS === 'on' : devByDefault;
  return {
    ...rest,
    DATA_DIR: resolve(DATA_DIR),
    DEV_TOOLS: devTools,
    SECRETS_KEYS: SECRETS_KEYS ?? [],
    // Where it is developed nobody stands before it who has to be told
    STOP_NOTICE_SECONDS: rest.STOP_NOTICE_SECONDS ?? (devTools ? 0 : 5),
    STOP_STREAMS_SECONDS: rest.STOP_STREAMS_SECONDS ?? (devTools ? 0 : 10),
  };
}

/** What is wrong with settings that are each fine alone. */
function together(given: Settings): string[] {
  const faults: string[] = [];
  const production = given.NODE_ENV === 'production';
  if (production && given.DEV_TOOLS === 'on')
    faults.push('DEV_TOOLS: cannot be on while NODE_ENV is production');
  if (production && given.STAFF_ISSUER && isOpenLine(given.STAFF_ISSUER))
    faults.push('STAFF_ISSUER: https is needed while NODE_ENV is production');
  if (given.MAIL_URL !== 'dev:' && given.MAIL_FROM === NOBODY) faults.push('MAIL_FROM: needed with MAIL_URL');
  if (given.PASSWORD_MIN_LENGTH > given.PASSWORD_MAX_LENGTH)
    faults.push('PASSWORD_MIN_LENGTH: at most PASSWORD_MAX_LENGTH');
  if (parseDecimal(given.DETAIL_FEE, given.CURRENCY) === undefined)
    faults.push(`DETAIL_FEE: an exact amount of ${given.CURRENCY} is needed`);
  if (given.USAGE_MONTHS <= given.DETAIL_MONTHS_BACK)
    faults.push('USAGE_MONTHS: more than DETAIL_MONTHS_BACK');
  if (given.DATABASE_URL && !given.SECRETS_KEYS) faults.push('SECRETS_KEYS: needed with DATABASE_URL');
  return [...faults, ...networkFaults(given)];
}

/** Tokens come with all that they need, or not at all; they go over no open line (RFC 6749, 3.2; RFC 6750, 5.3). */
function networkFaults(given: Settings): string[] {
  const { PROVISIONING_URL: url, PROVISIONING_TOKEN_URL: tokenUrl, NODE_ENV } = given;
  const { PROVISIONING_CLIENT_ID: id, PROVISIONING_CLIENT_SECRET: secret } = given;
  const faults: string[] = [];
  if (tokenUrl && url === 'sim:')
    faults.push('PROVISIONING_TOKEN_URL: only with an http(s) PROVISIONING_URL');
  if (tokenUrl && !id) faults.push('PROVISIONING_CLIENT_ID: needed with PROVISIONING_TOKEN_URL');
  if (tokenUrl && !secret) faults.push('PROVISIONING_CLIENT_SECRET: needed with PROVISIONING_TOKEN_URL');
  if (!tokenUrl && (id || secret))
    faults.push('PROVISIONING_TOKEN_URL: needed with PROVISIONING_CLIENT_ID and PROVISIONING_CLIENT_SECRET');
  const open = Object.entries(tokenUrl ? { PROVISIONING_URL: url, PROVISIONING_TOKEN_URL: tokenUrl } : {});
  for (const [name, each] of open)
    if (NODE_ENV === 'production' && isOpenLine(each))
      faults.push(`${name}: with tokens, https is needed while NODE_ENV is production`);
  return faults;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const isOpenLine = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''));
};

/** What clients call us, without a slash at its end. */
export const publicUrl = ({ PUBLIC_URL, HOST, PORT }: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string =>
  new URL(PUBLIC_URL ?? `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`).href.replace(/\/$/, '');
