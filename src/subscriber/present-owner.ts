import { addDays, type Day, dayOf } from '../calendar.ts';

/** Of rows of a line, those that are its present owner's affair. */
export const OWN = { formerAt: null };

/** What says since when a line is its owner's. */
export interface Owned {
  timeZone: string;
  /** Null: since it was activated. */
  ownerSince: Date | null;
}

/**
 * The first day that is the present owner's alone: usage is counted by the day, and that of the day of the change is the
 * former owner's, too. Undefined: they all are.
 */
export const firstOwnDay = ({ timeZone, ownerSince }: Owned): Day | undefined =>
  ownerSince ? addDays(dayOf(ownerSince, timeZone), 1) : undefined;
