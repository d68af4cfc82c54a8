import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import { BadLine, type CsvLine } from '../csv-file.ts';
import { parseDecimal } from '../money.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import { isTimeZone } from '../setting-forms.ts';
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
  tariff: z.string().min(1),
  services: z.string().default(''),
  balance: z.string().min(1),
  activated_at: z.iso.datetime({ offset: true }),
  time_zone: z.string().default(''),
  passport: z.string().max(64).default(''),
});

/** What a balance can be, in minor units: less than a number holds exactly (2^53). */
const MAX_BALANCE = 1n << 50n;

/** The line of a subscriber in a line of CSV. @throws BadLine saying what is wrong with it */
export function lineFrom(
  csv: CsvLine,
  { COUNTRY, CURRENCY, TIME_ZONE }: Pick<Config, 'COUNTRY' | 'CURRENCY' | 'TIME_ZONE'>,
  catalogue: Catalogue,
  now: Date,
): NewLine {
  const parsed = columns.safeParse(csv);
  if (!parsed.success)
    throw new BadLine(`not a line: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  const { full_name: fullName, tariff: tariffCode } = parsed.data;
  const phoneNumber = parsePhoneNumber(parsed.data.phone_number, COUNTRY);
  if (!phoneNumber) throw new BadLine('not a phone number');
  const timeZone = parsed.data.time_zone || TIME_ZONE;
  if (!isTimeZone(timeZone)) throw new BadLine('not a time zone');
  const balance = parseDecimal(parsed.data.balance, CURRENCY);
  if (balance === undefined || balance > MAX_BALANCE || balance < -MAX_BALANCE)
    throw new BadLine(`not an amount of ${CURRENCY}`);
  const activatedAt = new Date(parsed.data.activated_at);
  if (activatedAt > now) throw new BadLine('activated in the future');
  const passport = passportText({ number: parsed.data.passport });
  const services = [...new Set(parsed.data.services.split(/\s+/).filter(Boolean))];
  const unfit = whyUnfit(catalogue, tariffCode, services);
  if (unfit) throw new BadLine(unfit);
  return {
    phoneNumber,
    fullName,
    timeZone,
    tariffCode,
    services,
    balance,
    activatedAt,
    passport: passport ? { number: passport } : undefined,
  };
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
