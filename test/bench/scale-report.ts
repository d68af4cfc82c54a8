import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TableSize } from './scale-load.ts';
import type { Read } from './scale-reads.ts';
import type { WakeUp } from './scale-wake-ups.ts';
import type { Writes } from './scale-writes.ts';

const MIB = 1024 ** 2;
const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));

/** What so many serving processes did over so many lines. */
export interface Measurement {
  processes: number;
  reads: Read[];
  writes: Writes;
  wakeUp: WakeUp;
}

/** One size of the database. */
export interface Size {
  lines: number;
  /** For the lines added since the size before. */
  loadSeconds: number;
  databaseBytes: number;
  tables: TableSize[];
  usageRecordsPerSecond: number;
  linesChargedPerSecond: number;
  measurements: Measurement[];
}

const table = (head: string[], rows: (string | number)[][]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const text = (sizes: readonly Size[], seconds: number): string => {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu!.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`;
  const reads = sizes.flatMap(({ lines, measurements }) =>
    measurements.flatMap(({ processes, reads: each }) =>
      each.map(({ workload, requestsPerSecond, cpuMs, sqlMs, p99Ms }) => [
        lines,
        processes,
        workload,
        Math.round(requestsPerSecond),
        cpuMs.toFixed(2),
        sqlMs.toFixed(2),
        p99Ms,
      ]),
    ),
  );
  const writes = sizes.flatMap(({ lines, measurements }) =>
    measurements.map(({ processes, writes: { acceptedPerSecond, completedPerSecond }, wakeUp }) => [
      lines,
      processes,
      Math.round(acceptedPerSecond),
      Math.round(completedPerSecond),
      wakeUp.p50Ms.toFixed(1),
      wakeUp.p99Ms.toFixed(1),
    ]),
  );
  const loads = sizes.map(
    ({ lines, loadSeconds, databaseBytes, usageRecordsPerSecond, linesChargedPerSecond }) => [
      lines,
      loadSeconds.toFixed(1),
      Math.round(databaseBytes / MIB),
      Math.round(usageRecordsPerSecond),
      Math.round(linesChargedPerSecond),
    ],
  );
  const tables = sizes
    .at(-1)!
    .tables.map(({ table: name, rows, bytes, indexBytes, depth }) => [
      name,
      Math.round(rows),
      Math.round(bytes / MIB),
      Math.round(bytes / rows),
      Math.round(indexBytes / rows),
      depth,
    ]);
  return `${new Date().toISOString().slice(0, 10)}, ${machine}; ${seconds} s for each figure; clients, processes and PostgreSQL (fsync off) on the same machine.

${table(['lines', 'processes', '', 'requests/s', 'CPU ms', 'SQL ms', 'p99, ms'], reads)}

${table(['lines', 'processes', 'activations accepted/s', 'completed/s, one worker', 'event to client p50, ms', 'p99, ms'], writes)}

${table(['lines', 'loaded in, s (those added)', 'database, MiB', 'usage records loaded/s', 'lines charged a day’s fees/s'], loads)}

${table([`at ${sizes.at(-1)!.lines} lines`, 'rows', 'MiB', 'bytes a row', 'of them indexes', 'deepest index, pages'], tables)}
`;
};

/** Prints it, and writes scale.json and scale.md. */
export async function reportScale(sizes: readonly Size[], seconds: number): Promise<void> {
  const written = text(sizes, seconds);
  process.stdout.write(written);
  await mkdir(ARTEFACTS, { recursive: true });
  await writeFile(`${ARTEFACTS}scale.json`, `${JSON.stringify(sizes, undefined, 2)}\n`);
  await writeFile(`${ARTEFACTS}scale.md`, written);
}
