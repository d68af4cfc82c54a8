import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../ports/app.ts';
import type { Reader } from '../ports/database.ts';
import { limitsRefused } from '../seeing/metrics.ts';

/** How many wrong tries a subject has, and what ends its count. */
export interface TryRule {
  /** A canonical number, a number from an address, a device: whom the tries are counted for. */
  subject: string;
  allowed: number;
  /**
   * `streak`: wrong ones in a row; once used up, there is a pause of so many seconds. `stretch`: wrong ones in so many
   * seconds from the first; once used up, the end of them is waited for. `total`: the same; but then only `reopen` helps.
   */
  counts: 'streak' | 'stretch' | 'total';
  seconds: number;
}

/** A try that may be made; it counts as wrong until it is settled. */
export interface Try {
  rules: readonly TryRule[];
  /** How many more there are if this one is wrong. */
  left: number;
  /** Only what came after this moment may be tried. */
  onlyAfter: Date | null;
}

/** Tries are used up. `until` null: a pause does not help. `busy`: others are being looked at right now. */
export type NoTry = { until: Date | null; busy: boolean };

interface Row {
  subject: string;
  wrong: number;
  inFlight: number;
  since: Date;
  lastAt: Date;
  onlyAfter: Date | null;
}

type Parts = Pick<App, 'db' | 'clock'>;

/** A try that is under way for longer than this has died with its process: it was a wrong one. */
const DEAD_AFTER_MS = 30_000;
/** How long one try waits for others, begun at the same moment, that may prove to be right. */
const PATIENCE_MS = 5_000;
/** Looks of many who wait go to the database one by one: each pause is longer than the one before. */
const LOOK_AGAIN_MS = { first: 20, last: 320 };

/**
 * Begins a try, counted as a wrong one and committed before anything is compared: of many at once exactly as many
 * are looked at as there are tries. One that would be too many only if those under way all fail waits for them.
 */
export async function beginTry(app: Parts, rules: readonly TryRule[]): Promise<Try | NoTry> {
  const giveUp = performance.now() + PATIENCE_MS;
  for (let pauseMs = LOOK_AGAIN_MS.first; ; pauseMs = Math.min(pauseMs * 2, LOOK_AGAIN_MS.last)) {
    const begun = await begin(app, rules);
    if (!('busy' in begun)) return begun;
    if (!begun.busy || performance.now() > giveUp) {
      limitsRefused.inc({ limit: 'tries' });
      return begun;
    }
    await pause(pauseMs);
  }
}

const begin = (app: Parts, rules: readonly TryRule[]): Promise<Try | NoTry> =>
  app.db.$transaction(async (tx) => {
    const now = app.clock.now();
    const ordered = rules.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
    const subjects = ordered.map(({ subject }) => subject);
    const rows = await tx.$queryRaw<Row[]>`
      INSERT INTO tries (subject, wrong, in_flight, since, last_at)
      SELECT unnest(${subjects}::text[]), 0, 0, ${now}::timestamptz, ${now}::timestamptz
      ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
      RETURNING subject, wrong, in_flight AS "inFlight", since, last_at AS "lastAt", only_after AS "onlyAfter"`;
    const found = new Map(rows.map((row) => [row.subject, row]));
    const standing = ordered.map((rule) => standingOf(found.get(rule.subject)!, rule, now));
    const refused = standing.filter(({ refusal }) => refusal).map(({ refusal }) => refusal!);
    if (refused.length) return strictest(refused);
    await tx.$executeRaw`
      UPDATE tries SET wrong = begun.wrong + 1, in_flight = begun.in_flight + 1, since = begun.since, last_at = ${now}
      FROM unnest(${subjects}::text[], ${standing.map(({ wrong }) => wrong)}::int[],
                  ${standing.map(({ inFlight }) => inFlight)}::int[], ${standing.map(({ since }) => since)}::timestamptz[])
        AS begun (name, wrong, in_flight, since)
      WHERE subject = begun.name`;
    return {
      rules: ordered,
      left: Math.min(...standing.map(({ wrong }, i) => ordered[i]!.allowed - wrong - 1)),
      onlyAfter: rows.map(({ onlyAfter }) => onlyAfter).find(Boolean) ?? null,
    };
  });

interface Standing {
  wrong: number;
  inFlight: number;
  since: Date;
  refusal?: NoTry;
}

/** Where a subject stands at this moment, before another try. */
function standingOf(row: Row, { allowed, counts, seconds }: TryRule, now: Date): Standing {
  const inFlight = now.getTime() - row.lastAt.getTime() > DEAD_AFTER_MS ? 0 : row.inFlight;
  const usedUp = row.wrong >= allowed;
  const until = new Date((counts === 'streak' ? row.lastAt : row.since).getTime() + seconds * 1_000);
  const endsByItself = usedUp ? counts !== 'total' : counts !== 'streak';
  if (endsByItself && until <= now) return { wrong: inFlight, inFlight, since: now };
  // The stretch begins with the first wrong one
  const standing = { wrong: row.wrong, inFlight, since: row.wrong ? row.since : now };
  if (!usedUp) return standing;
  const busy = row.wrong - inFlight < allowed;
  return { ...standing, refusal: { until: counts === 'total' ? null : until, busy } };
}

/** What has to be waited for longest; a wait for others is only worth it where nothing else is in the way. */
function strictest(refusals: readonly NoTry[]): NoTry {
  const firm = refusals.filter(({ busy }) => !busy);
  if (!firm.length) return refusals[0]!;
  if (firm.some(({ until }) => until === null)) return { until: null, busy: false };
  return { until: new Date(Math.max(...firm.map(({ until }) => until!.getTime()))), busy: false };
}

/** The try was a wrong one, or a right one that ends the row of wrong ones. To be called once for each try. */
export async function settleTry(db: Reader, { rules }: Try, right: boolean): Promise<void> {
  const streaks = rules.filter(({ counts }) => counts === 'streak').map(({ subject }) => subject);
  // The rows are locked in the order that `begin` locks them in, so that no two settle crosswise.
  await db.$executeRaw`
    UPDATE tries SET
      in_flight = greatest(in_flight - 1, 0),
      wrong = CASE WHEN NOT ${right}::boolean THEN wrong
                   WHEN tries.subject = ANY(${streaks}::text[]) THEN greatest(in_flight - 1, 0)
                   ELSE greatest(wrong - 1, 0) END
    FROM (SELECT subject FROM tries WHERE subject = ANY(${rules.map(({ subject }) => subject)}::text[])
          ORDER BY subject COLLATE "C" FOR UPDATE) AS locked
    WHERE tries.subject = locked.subject`;
}

/** Gives a subject that used up its total new tries, but only at what comes after this moment. */
export async function reopenTries(db: Reader, { subject, allowed }: TryRule, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE tries SET wrong = 0, in_flight = 0, since = ${now}, only_after = ${now}
    WHERE subject = ${subject} AND wrong >= ${allowed}`;
}
