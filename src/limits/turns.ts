import type { Tx } from '../ports/database.ts';
import { limitsRefused } from '../seeing/metrics.ts';

/** At most so many in any stretch of so many seconds. */
export interface Limit {
  count: number;
  seconds: number;
}

/** What is limited: a canonical number or address with what it is counted for, never a request or a captcha. */
export interface Turn {
  subject: string;
  limits: readonly Limit[];
}

/** Whether the turns were taken, and from when on the next ones may be. */
export interface Taken {
  taken: boolean;
  freeAt: Date;
}

/**
 * Takes a turn for every subject, or for none. Exact whatever comes at once: the subjects' rows are locked, in one
 * order, until the transaction ends.
 */
export async function takeTurns(tx: Tx, turns: readonly Turn[], now: Date): Promise<Taken> {
  const ordered = turns.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  const subjects = ordered.map(({ subject }) => subject);
  const rows = await tx.$queryRaw<{ subject: string; at: Date[] }[]>`
    INSERT INTO turns (subject, at) SELECT unnest(${subjects}::text[]), '{}'
    ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING subject, at`;
  const before = new Map(rows.map(({ subject, at }) => [subject, at]));
  const freeAt = (more: Date[]) =>
    new Date(
      Math.max(...ordered.map(({ subject, limits }) => freeFrom([...more, ...before.get(subject)!], limits))),
    );
  if (freeAt([]) > now) {
    limitsRefused.inc({ limit: 'turns' });
    return { taken: false, freeAt: freeAt([]) };
  }
  const kept = ordered.map(({ limits }) => Math.max(...limits.map(({ count }) => count)));
  await tx.$executeRaw`
    UPDATE turns SET at = (${now}::timestamptz || at)[1:kept]
    FROM unnest(${subjects}::text[], ${kept}::int[]) AS wanted (name, kept) WHERE subject = name`;
  return { taken: true, freeAt: freeAt([now]) };
}

/** From when on, in milliseconds, another turn keeps within each limit, after those taken, newest first. */
export const freeFrom = (taken: readonly Date[], limits: readonly Limit[]): number =>
  Math.max(
    0,
    ...limits.map(({ count, seconds }) => (taken[count - 1]?.getTime() ?? -Infinity) + seconds * 1_000),
  );
