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
  const rules = ordered.flatMap(({ subject, limits }) => limits.map((limit) => ({ subject, ...limit })));
  const column = <Name extends keyof (typeof rules)[number]>(name: Name) => rules.map((rule) => rule[name]);
  // Of each limit only the turn that the next one has to wait for: a subject may have thousands
  const [free] = await tx.$queryRaw<{ before: Date | null; after: Date | null }[]>`
    WITH locked AS (
      INSERT INTO turns (subject, at) SELECT unnest(${subjects}::text[]), '{}'
      ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject RETURNING subject, at
    )
    SELECT max(at[count] + make_interval(secs => seconds)) AS before,
           max(CASE count WHEN 1 THEN ${now}::timestamptz ELSE at[count - 1] END + make_interval(secs => seconds)) AS after
    FROM locked JOIN unnest(${column('subject')}::text[], ${column('count')}::int[], ${column('seconds')}::int[])
      AS rule (subject, count, seconds) USING (subject)`;
  const { before, after } = free!;
  if (before && before > now) {
    limitsRefused.inc({ limit: 'turns' });
    return { taken: false, freeAt: before };
  }
  const kept = ordered.map(({ limits }) => Math.max(...limits.map(({ count }) => count)));
  await tx.$executeRaw`
    UPDATE turns SET at = (${now}::timestamptz || at)[1:kept]
    FROM unnest(${subjects}::text[], ${kept}::int[]) AS given (name, kept) WHERE subject = name`;
  return { taken: true, freeAt: after ?? now };
}
