import { addMonths, type Day, dayOf, daysBetween } from '../calendar.ts';
import type { Config } from '../config.ts';
import { firstOwnDay, type Owned } from '../subscriber/present-owner.ts';

export interface Period {
  from: Day;
  /** Included. */
  to: Day;
}

/** The days that a statement may be of, and how many of them at the most. */
export interface PeriodBounds {
  earliest: Day;
  latest: Day;
  maxDays: number;
}

export function boundsAt(
  { DETAIL_MAX_DAYS: maxDays, DETAIL_MONTHS_BACK }: Pick<Config, 'DETAIL_MAX_DAYS' | 'DETAIL_MONTHS_BACK'>,
  line: Owned,
  now: Date,
): PeriodBounds {
  const latest = dayOf(now, line.timeZone);
  const [kept, own] = [addMonths(latest, -DETAIL_MONTHS_BACK), firstOwnDay(line)];
  return { earliest: own && own > kept ? own : kept, latest, maxDays };
}

export function isWithin({ from, to }: Period, { earliest, latest, maxDays }: PeriodBounds): boolean {
  const days = daysBetween(from, to);
  return days >= 1 && days <= maxDays && from >= earliest && to <= latest;
}
