import { serverNow } from '../server-time.ts';

const DAY_MS = 86_400_000;

/** Calendar days as the API has them: 2026-11-22, both ends of a period included. */
export interface Period {
  from: string;
  to: string;
}

/** Years of five digits, which a browser's field takes, are none of the API's days. */
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

const toDay = (at: Date): string => at.toISOString().slice(0, 10);
const atMidnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Which day it is on the line. */
export function today(timeZone: string): string {
  const { year, month, day } = Object.fromEntries(
    new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(serverNow())
      .map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day}`;
}

export const addDays = (day: string, count: number): string =>
  toDay(new Date(atMidnight(day) + count * DAY_MS));

export const daysIn = ({ from, to }: Period): number => (atMidnight(to) - atMidnight(from)) / DAY_MS + 1;

const thisMonth = (now: string): Period => ({ from: `${now.slice(0, 8)}01`, to: now });

function lastMonth(now: string): Period {
  const to = addDays(thisMonth(now).from, -1);
  return { from: thisMonth(to).from, to };
}

const USUAL = {
  thisMonth,
  lastMonth,
  last30: (now: string): Period => ({ from: addDays(now, -29), to: now }),
};

/** A usual period, which goes on with the days, or one's own. */
export type Choice = keyof typeof USUAL | Period;

export const periodOf = (choice: Choice, now: string): Period =>
  typeof choice === 'string' ? USUAL[choice](now) : choice;

/** Each day of a period, in order. */
export const eachDay = (period: Period): string[] =>
  Array.from({ length: Math.max(0, daysIn(period)) }, (_, index) => addDays(period.from, index));
