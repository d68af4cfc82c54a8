import { z } from 'zod';
import type { Config } from '../config.ts';
import { BadLine, type CsvLine } from '../csv-file.ts';
import { UsageKind } from '../generated/prisma/enums.ts';
import { parseDecimal } from '../money.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import { monthOf, oldestMonth } from './parts.ts';
import type { UsageRecord } from './record.ts';

/** A record whose line has not been looked up yet. */
export type UnownedRecord = Omit<UsageRecord, 'subscriberId'> & { phoneNumber: PhoneNumber };

const DAY_MS = 86_400_000;
/** Well below what a number holds exactly (2^53): a statement reads it as one. */
const MAX_AMOUNT = 1n << 50n;

const columns = z.object({
  record_id: z.string().min(1).max(128),
  phone_number: z.string().min(1),
  at: z.iso.datetime({ offset: true }),
  kind: z.enum(UsageKind),
  peer: z.string().max(64),
  amount: z.string().regex(/^\d{1,16}$/),
  cost: z.string(),
});

export const COLUMNS = Object.keys(columns.shape);

/** The record in a line of CSV. @throws BadLine saying what is wrong with it */
export function recordFrom(
  line: CsvLine,
  config: Pick<Config, 'COUNTRY' | 'CURRENCY' | 'USAGE_MONTHS'>,
  now: Date,
): UnownedRecord {
  const parsed = columns.safeParse(line);
  if (!parsed.success)
    throw new BadLine(`not a record: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  const { record_id: recordId, kind, peer } = parsed.data;
  const phoneNumber = parsePhoneNumber(parsed.data.phone_number, config.COUNTRY);
  if (!phoneNumber) throw new BadLine('not a phone number');
  const at = new Date(parsed.data.at);
  if (monthOf(at) < oldestMonth(config, now) || at.getTime() > now.getTime() + DAY_MS)
    throw new BadLine('too old, or in the future');
  const amount = BigInt(parsed.data.amount);
  const cost = parseDecimal(parsed.data.cost, config.CURRENCY);
  if (cost === undefined || cost < 0n) throw new BadLine('not a cost');
  if (amount > MAX_AMOUNT || cost > MAX_AMOUNT) throw new BadLine('more than anybody can use');
  if (/\p{Cc}/u.test(peer + recordId)) throw new BadLine('control characters');
  return { recordId, phoneNumber, at, kind, peer, amount, cost };
}
