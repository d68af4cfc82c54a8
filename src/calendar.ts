import { Temporal } from 'temporal-polyfill';

/** A calendar day, "2026-11-24": a day in the line's own time zone. */
export type Day = string & { readonly brand: 'Day' };

/** The day that a moment falls on in a time zone. */
export const dayOf = (at: Date, timeZone: string): Day =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString() as Day;

/** The moment that a day begins at in a time zone, also where its clocks change at midnight. */
export const startOf = (day: Day, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);

export const addDays = (day: Day, days: number): Day =>
  Temporal.PlainDate.from(day).add({ days }).toString() as Day;

/** Months later on the same day, or on the month's last one. */
export const addMonths = (day: Day, months: number): Day =>
  Temporal.PlainDate.from(day).add({ months }).toString() as Day;

/** How many days from one to the other, both included; 0 or less where they are the wrong way round. */
export const daysBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days + 1;

/** The days from one to the other, both included. */
export const daysFrom = (from: Day, to: Day): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, i) => addDays(from, i));

/** A day as the database's DATE columns take and give it: midnight in UTC. */
export const toColumn = (day: Day): Date => new Date(`${day}T00:00:00Z`);
export const fromColumn = (date: Date): Day => date.toISOString().slice(0, 10) as Day;

/** The day in a text; undefined if it is none ("2026-02-30"). */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as Day;
  } catch {
    return undefined;
  }
}
