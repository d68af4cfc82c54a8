import { z } from 'zod';
import { addDays, type Day, dayOf, parseDay, startOf } from '../calendar.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import { BadLine, type CsvLine } from '../csv-file.ts';
import { parseDecimal } from '../money.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { endedBy } from '../tariffs/rules.ts';
import type { NewLine } from './add-lines.ts';
import { passportText } from './passport.ts';

const columns = z.object({
  phone_number: z.string().min(1),
  full_name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u),
  /** UNPAID@2026-10-31: suspended since then, until a top-up that its fees can be paid from. */
  status: z.string().regex(/^(ACTIVE|SUSPENDED|UNPAID@\d{4}-\d\d-\d\d)?$/),
  tariff: z.string().min(1),
  services: z.string(),
  balance: z.string().min(1),
  activated_at: z.iso.datetime({ offset: true }),
  time_zone: z.string(),
  passport: z.string().max(64),
});

export const COLUMNS = Object.keys(columns.shape);

/** What a balance can be, in minor units: less than a number holds exactly (2^53). */
const MAX_BALANCE = 1n << 50n;
/** Before there were any. */
const FIRST_LINES = new Date('1970-01-01T00:00:00Z');

/** What a line of a file is read by. */
export interface Reading {
  config: Pick<Config, 'COUNTRY' | 'CURRENCY' | 'TIME_ZONE'>;
  catalogue: Catalogue;
  /** Those that the database knows. */
  timeZones: ReadonlySet<string>;
  now: Date;
  /** The last day that recurring fees have been paid for; undefined: today, where the line is. */
  feesThrough: Day | undefined;
}

/** A subscriber's line in a line of CSV. @throws BadLine saying what is wrong with it */
export function lineFrom(csv: CsvLine, { config, catalogue, timeZones, now, feesThrough }: Reading): NewLine {
  const parsed = columns.safeParse(csv);
  if (!parsed.success)
    throw new BadLine(`not a line: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  const { full_name: fullName, tariff: tariffCode, status } = parsed.data;
  const phoneNumber = parsePhoneNumber(parsed.data.phone_number, config.COUNTRY);
  if (!phoneNumber) throw new BadLine('not a phone number');
  const timeZone = parsed.data.time_zone || config.TIME_ZONE;
  if (!timeZones.has(timeZone)) throw new BadLine('not a time zone');
  const balance = parseDecimal(parsed.data.balance, config.CURRENCY);
  if (balance === undefined || balance > MAX_BALANCE || balance < -MAX_BALANCE)
    throw new BadLine(`not an amount of ${config.CURRENCY}`);
  const activatedAt = new Date(parsed.data.activated_at);
  const notSince = (since: Date) => since > now || since < FIRST_LINES;
  if (notSince(activatedAt)) throw new BadLine('activated in the future, or before 1970');
  const services = servicesIn(parsed.data.services, activatedAt, timeZone);
  if (services.some(({ activeSince }) => notSince(activeSince))) throw new BadLine('a service of the future');
  const unfit = whyUnfit(
    catalogue,
    tariffCode,
    services.map(({ code }) => code),
  );
  if (unfit) throw new BadLine(unfit);
  const today = dayOf(now, timeZone);
  const standing = standingIn(status, feesThrough ?? today, today);
  const beforeAll = addDays(dayOf(activatedAt, timeZone), -1);
  const passport = passportText({ number: parsed.data.passport });
  return {
    phoneNumber,
    fullName,
    ...standing,
    timeZone,
    tariffCode,
    services,
    balance,
    activatedAt,
    feesThrough: standing.feesThrough > beforeAll ? standing.feesThrough : beforeAll,
    passport: passport ? { number: passport } : undefined,
  };
}

/** "", "SUSPENDED" or "UNPAID@2026-10-31": whether a line is in use, and through which day it is paid for. */
function standingIn(
  text: string,
  paidThrough: Day,
  today: Day,
): Pick<NewLine, 'status' | 'unpaid' | 'feesThrough'> {
  const [status, through] = text.split('@', 2);
  if (through === undefined)
    return {
      status: status === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVE',
      unpaid: false,
      feesThrough: paidThrough,
    };
  const feesThrough = dayIn(through);
  if (feesThrough > today) throw new BadLine(`unpaid, and paid for through ${feesThrough}`);
  return { status: 'SUSPENDED', unpaid: true, feesThrough };
}

/** "CALLER_ID INTERNET_MINI@2024-03-05": codes, and the days that they were connected on where that was later. */
function servicesIn(text: string, activatedAt: Date, timeZone: string): NewLine['services'] {
  const since = new Map<string, Date>();
  for (const each of text.split(/\s+/).filter(Boolean)) {
    const [code = '', written] = each.split('@', 2);
    const day = written === undefined ? undefined : dayIn(written);
    if (since.has(code)) throw new BadLine(`${code} twice`);
    since.set(code, day ? startOf(day, timeZone) : activatedAt);
  }
  return Array.from(since, ([code, activeSince]) => ({ code, activeSince }));
}

function dayIn(text: string): Day {
  const day = parseDay(text);
  if (!day) throw new BadLine(`not a day: ${text}`);
  return day;
}

/** Why the catalogue has no line with this tariff and these services; an archived tariff may well have lines. */
function whyUnfit(catalogue: Catalogue, tariffCode: string, services: readonly string[]): string | undefined {
  if (!catalogue.tariff(tariffCode)) return `no tariff ${tariffCode}`;
  const unknown = services.filter((code) => !catalogue.service(code));
  if (unknown.length) return `no service ${unknown.join(', ')}`;
  const unfounded = endedBy(catalogue, services, tariffCode);
  if (unfounded.length)
    return `not on ${tariffCode}, or not without another service: ${unfounded.join(', ')}`;
  const apart = services.filter((code) =>
    catalogue.conflictsOf(code).some((other) => services.includes(other.code)),
  );
  return apart.length ? `not together: ${apart.join(', ')}` : undefined;
}
