import type { Minute } from './minute.ts';
import { percentile, together } from './tally.ts';

const MIB = 1024 ** 2;

/** What a soak has to keep to. */
export const BOUNDS = {
  /** How fast memory may grow in the last two thirds, MiB an hour: what a leak of 1 KiB for each of 25 requests a second would come to, less than half of it. */
  rssMibPerHour: 48,
  heapMibPerHour: 24,
  /** How much higher than the second third's the last third's p99 may be, and what is too little to tell, ms. */
  p99Factor: 1.5,
  p99SlackMs: 25,
  /** A kind with fewer in a third says nothing. */
  p99Least: 200,
  /** Nothing is broken on purpose, so that each question is to be answered the first time. */
  repeated: 0,
  /** Before, memory grows because things are used for the first time. */
  memoryJudgedFromMinutes: 10,
};

export interface Judgement {
  about: string;
  /** Undefined: not to be told from this run. */
  held: boolean | undefined;
  reason: string;
}

/** What was found once all was over: what is wrong, in words; nothing: all is right. */
export interface Findings {
  books: string[];
  streams: string[];
  log: string[];
}

/** Judges a whole run; it holds if nothing is found wrong. */
export function judge(minutes: readonly Minute[], findings: Findings): Judgement[] {
  const third = Math.floor(minutes.length / 3);
  const [second, last] = [minutes.slice(third, 2 * third), minutes.slice(2 * third)];
  return [
    found('errors', counted(minutes, 'unintended'), 'none but the intended ones'),
    repeated(minutes),
    ...memory(minutes.slice(third)),
    ...kindsOf(last).map((kind) => steady(kind, second, last)),
    found(
      'books',
      findings.books,
      'balances are the sums of their rows, nothing is held, each order ended once',
    ),
    found('streams', findings.streams, 'each stream had each event once, in order'),
    found('log', findings.log, 'no error was logged'),
  ];
}

/** What was counted over the whole run, each with how often it was. */
function counted(minutes: readonly Minute[], which: 'unintended' | 'repeated'): string[] {
  const counts = Map.groupBy(
    minutes.flatMap(({ stretch }) => [...stretch[which]]),
    ([what]) => what,
  );
  return [...counts].map(([what, each]) => `${what} (${each.reduce((sum, [, n]) => sum + n, 0)})`);
}

function repeated(minutes: readonly Minute[]): Judgement {
  const times = minutes
    .flatMap(({ stretch }) => [...stretch.repeated.values()])
    .reduce((sum, count) => sum + count, 0);
  const reason = [`${times}, at most ${BOUNDS.repeated}`, ...counted(minutes, 'repeated').slice(0, 10)];
  return { about: 'asked again', held: times <= BOUNDS.repeated, reason: reason.join('; ') };
}

/** Bytes an hour, by the line that fits best (least squares). */
export function slopePerHour(points: readonly { atMs: number; bytes: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atMean, bytesMean] = [mean(points.map(({ atMs }) => atMs)), mean(points.map(({ bytes }) => bytes))];
  let [above, below] = [0, 0];
  for (const { atMs, bytes } of points) {
    above += (atMs - atMean) * (bytes - bytesMean);
    below += (atMs - atMean) ** 2;
  }
  return below ? (above / below) * 3_600_000 : 0;
}

function memory(minutes: readonly Minute[]): Judgement[] {
  const spanMs = (minutes.at(-1)?.atMs ?? 0) - (minutes[0]?.atMs ?? 0);
  const longEnough = spanMs >= BOUNDS.memoryJudgedFromMinutes * 60_000;
  const level = (about: string, bound: number, bytesOf: (minute: Minute) => number): Judgement => {
    const slope =
      slopePerHour(minutes.map((minute) => ({ atMs: minute.atMs, bytes: bytesOf(minute) }))) / MIB;
    const reason = `${slope.toFixed(1)} MiB an hour over ${(spanMs / 60_000).toFixed(0)} minutes, at most ${bound}`;
    return longEnough
      ? { about, held: slope <= bound, reason }
      : { about, held: undefined, reason: `too short to tell: ${reason}` };
  };
  return [
    level('memory (RSS)', BOUNDS.rssMibPerHour, ({ health }) => health.rssBytes),
    level('memory (heap)', BOUNDS.heapMibPerHour, ({ health }) => health.heapBytes),
  ];
}

const kindsOf = (minutes: readonly Minute[]): string[] => [
  ...new Set(minutes.flatMap(({ stretch }) => [...stretch.ms.keys()])),
];

function steady(kind: string, second: readonly Minute[], last: readonly Minute[]): Judgement {
  const of = (minutes: readonly Minute[]) =>
    together(
      minutes.map(({ stretch }) => stretch),
      kind,
    );
  const [earlier, later] = [of(second), of(last)];
  const [before, after] = [percentile(earlier, 99), percentile(later, 99)];
  const about = `p99 of ${kind}`;
  const reason = `${before.toFixed(0)} ms in the second third, ${after.toFixed(0)} ms in the last`;
  if (Math.min(earlier.length, later.length) < BOUNDS.p99Least)
    return { about, held: undefined, reason: `too few to tell: ${reason}` };
  return { about, held: after <= Math.max(before * BOUNDS.p99Factor, before + BOUNDS.p99SlackMs), reason };
}

const found = (about: string, wrong: readonly string[], right: string): Judgement => ({
  about,
  held: wrong.length === 0,
  reason: wrong.length ? wrong.slice(0, 10).join('; ') : right,
});
