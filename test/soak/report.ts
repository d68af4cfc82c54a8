import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Health } from './health.ts';
import type { Minute } from './minute.ts';
import { percentile, type Stretch, together } from './tally.ts';
import type { Judgement } from './verdict.ts';

const MIB = 1024 ** 2;
const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));

export interface Soak {
  minutes: number;
  share: number;
  streams: number;
  /** Journeys a second: at the most, and as they came. */
  capacity: number;
  rate: number;
  eventsTold: number;
  stretches: readonly Minute[];
  judgements: readonly Judgement[];
}

const mib = (bytes: number): string => (bytes / MIB).toFixed(0);
/** Code, stacks, and what libraries have of the system. */
const otherBytes = ({ rssBytes, heapSpaceBytes, externalBytes }: Health): number =>
  rssBytes - heapSpaceBytes - externalBytes;
const counts = (of: Map<string, number>): string =>
  [...of].map(([what, count]) => `${what} × ${count}`).join(', ') || 'none';

/** What happened in a stretch, for who watches. */
export function tell({ atMs, stretch, health, database, openStreams, busy }: Minute): string {
  const times = [...stretch.ms]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([kind, ms]) =>
        `  ${kind.padEnd(26)} ${String(ms.length).padStart(7)}  p50 ${round(ms, 50)}  p99 ${round(ms, 99)} ms`,
    );
  return `── ${(atMs / 60_000).toFixed(1)} min ── machine ${Math.round(busy * 100)} % at work, RSS ${mib(health.rssBytes)} MiB (heap ${mib(health.heapBytes)} of ${mib(health.heapSpaceBytes)}, buffers ${mib(health.externalBytes)}, other ${mib(otherBytes(health))}), event loop late p99 ${health.lagP99Ms.toFixed(0)} max ${health.lagMaxMs.toFixed(0)} ms
  streams ${openStreams}, open orders ${database.openOrders}, the oldest ${database.oldestOrderS.toFixed(0)} s, PostgreSQL connections ${database.connections}
${times.join('\n')}
  meant to fail: ${counts(stretch.intended)}
  asked again: ${counts(stretch.repeated)}
  errors: ${counts(stretch.unintended)}
`;
}

const round = (ms: readonly number[], percent: number): string =>
  percentile(ms, percent).toFixed(0).padStart(6);

const table = (head: string[], rows: (string | number)[][]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The whole run as markdown, to be put into docs/soak.md. */
export function summary(soak: Soak): string {
  const { stretches } = soak;
  const all = stretches.map(({ stretch }) => stretch);
  const third = Math.floor(stretches.length / 3);
  const thirds = [all.slice(0, third), all.slice(third, 2 * third), all.slice(2 * third)];
  const kinds = [...new Set(all.flatMap(({ ms }) => [...ms.keys()]))].toSorted();
  const p99 = (part: readonly Stretch[], kind: string) => percentile(together(part, kind), 99).toFixed(0);
  const rows = kinds.map((kind) => {
    const ms = together(all, kind);
    return [kind, ms.length, percentile(ms, 50).toFixed(0), ...thirds.map((part) => p99(part, kind))];
  });
  const verdict = soak.judgements.map(({ about, held, reason }) => [about, word(held), reason]);
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu!.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`;
  return `${new Date().toISOString().slice(0, 10)}, ${machine}; product, PostgreSQL (fsync on) and clients on it together. ${soak.minutes} minutes at ${soak.rate.toFixed(1)} journeys a second, ${Math.round(soak.share * 100)} % of the ${soak.capacity.toFixed(1)} that went; ${soak.streams} streams, told ${soak.eventsTold} events.

${table(['', 'count', 'p50, ms', 'p99 of the first third', 'the second', 'the last'], rows)}

${table(['at', 'machine at work', 'RSS, MiB', 'heap, MiB', 'space of the heap', 'buffers', 'other', 'event loop late p99, max, ms', 'open orders', 'connections'], sampled(stretches).map(row))}

${table(['', 'held', 'why'], verdict)}
`;
}

const word = (held: boolean | undefined): string => (held === undefined ? '–' : held ? 'yes' : '**no**');

const row = ({ atMs, busy, health, database }: Minute): (string | number)[] => [
  `${(atMs / 60_000).toFixed(1)} min`,
  `${Math.round(busy * 100)} %`,
  mib(health.rssBytes),
  mib(health.heapBytes),
  mib(health.heapSpaceBytes),
  mib(health.externalBytes),
  mib(otherBytes(health)),
  `${health.lagP99Ms.toFixed(0)}, ${health.lagMaxMs.toFixed(0)}`,
  database.openOrders,
  database.connections,
];

const ROWS = 12;

/** Enough of them to see how it went. */
function sampled<Value>(values: readonly Value[]): Value[] {
  const step = Math.max(1, Math.ceil(values.length / ROWS));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}

/** Writes soak.json and soak.md. */
export async function writeDown(soak: Soak): Promise<void> {
  await mkdir(ARTEFACTS, { recursive: true });
  const stretches = soak.stretches.map(({ stretch, ...rest }) => ({
    ...rest,
    intended: Object.fromEntries(stretch.intended),
    unintended: Object.fromEntries(stretch.unintended),
    repeated: Object.fromEntries(stretch.repeated),
    kinds: Object.fromEntries(
      [...stretch.ms].map(([kind, ms]) => [
        kind,
        { count: ms.length, p50: percentile(ms, 50), p99: percentile(ms, 99) },
      ]),
    ),
  }));
  await writeFile(`${ARTEFACTS}soak.json`, `${JSON.stringify({ ...soak, stretches }, undefined, 2)}\n`);
  await writeFile(`${ARTEFACTS}soak.md`, summary(soak));
}
