import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { Exported } from './export.ts';
import type { Contest, Speed } from './operations.ts';
import type { Streams } from './streams.ts';
import { ADVICE } from './workloads.ts';

const MIB = 1024 ** 2;
const BENCH_MD = new URL('../../BENCH.md', import.meta.url);
/** What a person wrote stands above it and stays. */
const MARK = '<!-- npm run bench writes what follows -->';

export interface Results {
  size: { lines: number; records: number; rounds: number; seconds: number; streams: number };
  quick: boolean;
  operations: Contest[];
  statements: Map<string, number>;
  streams: Record<'product' | 'ceiling', Streams>;
  /** What tariff advice takes, for which there is no ceiling. */
  advice: Speed;
  exported: Exported;
}

const table = (head: string[], rows: (string | number)[][]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Prints what was measured; a whole run is written down, too. */
export async function report(results: Results): Promise<void> {
  const text = textOf(results);
  process.stdout.write(`${text}\n`);
  if (results.quick) return;
  const [written = ''] = (await readFile(BENCH_MD, 'utf8')).split(MARK, 1);
  await writeFile(BENCH_MD, `${written}${MARK}\n\n${text}`);
}

function textOf({ size, operations, statements, streams, advice, exported }: Results): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu!.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`;
  const rows = operations.map(({ workload: { name, about }, product, ceiling }) => [
    `${name} ${about}`,
    Math.round(product.requestsPerSecond),
    Math.round(ceiling.requestsPerSecond),
    (product.requestsPerSecond / ceiling.requestsPerSecond).toFixed(2),
    product.cpuMs.toFixed(3),
    ceiling.cpuMs.toFixed(3),
    (product.cpuMs / ceiling.cpuMs).toFixed(1),
    statements.get(name)!,
    Math.round(product.rssBytes / MIB),
  ]);
  const head = [
    '',
    'product, requests/s',
    'ceiling',
    'of it',
    'product, CPU ms',
    'ceiling',
    'times',
    'SQL',
    'product, MiB',
  ];
  return `${new Date().toISOString().slice(0, 10)}, ${machine}. ${size.lines} lines; ${size.rounds} rounds of ${size.seconds} s each in turns, medians; client, server and PostgreSQL on the same machine.

${table(head, rows)}

${table(
  [
    `${size.streams} streams`,
    'memory of an idle one, KiB',
    'one event for each, all delivered after, s',
    'CPU for one of these, µs',
    '1,000 events a second, p50, ms',
    'p99, ms',
  ],
  (['product', 'ceiling'] as const).map((name) => [
    name,
    (streams[name].bytesPerStream / 1024).toFixed(1),
    streams[name].burstSeconds.toFixed(2),
    Math.round(streams[name].cpuMs * 1_000),
    streams[name].p50Ms.toFixed(1),
    streams[name].p99Ms.toFixed(1),
  ]),
)}

${table(
  [ADVICE.about, 'CPU ms', 'SQL'],
  [
    [
      `${Math.round(advice.requestsPerSecond)} requests/s`,
      advice.cpuMs.toFixed(2),
      statements.get(ADVICE.name)!,
    ],
  ],
)}

${table(
  [
    'records to CSV',
    's',
    'COPY, s',
    'of its rate',
    'CPU, s',
    'memory above idle, MiB',
    'event loop held, ms',
  ],
  [
    [
      exported.recordCount,
      exported.seconds.toFixed(2),
      exported.copySeconds.toFixed(2),
      (exported.copySeconds / exported.seconds).toFixed(2),
      exported.cpuSeconds.toFixed(2),
      Math.round(exported.peakBytes / MIB),
      Math.round(exported.heldMs),
    ],
  ],
)}
`;
}
