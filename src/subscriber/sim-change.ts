import type { Config } from '../config.ts';

const HOUR_MS = 3_600_000;

/**
 * Until when a line is not trusted with what a thief of its number would want, because its SIM was changed lately; null:
 * it is trusted.
 */
export function recentSimChange(
  { SIM_CHANGE_HOURS }: Pick<Config, 'SIM_CHANGE_HOURS'>,
  { simChangedAt }: { simChangedAt: Date | null },
  now: Date,
): Date | null {
  if (!simChangedAt) return null;
  const until = new Date(simChangedAt.getTime() + SIM_CHANGE_HOURS * HOUR_MS);
  return until > now ? until : null;
}
