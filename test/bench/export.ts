import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Made } from '../cost-control/make-alone.ts';
import type { Bench } from './bench.ts';
import { EXPORT_MONTH, EXPORT_PHONE } from './load.ts';
import { median } from './median.ts';

const MAKE_ALONE = fileURLToPath(new URL('../cost-control/make-alone.ts', import.meta.url));

export interface Exported extends Made {
  /** Of a plain COPY of the same records to a file, as \copy does it. */
  copySeconds: number;
}

/** A statement of all records of a line as CSV, by the product and by COPY, in turns. */
export async function measureExport(bench: Bench): Promise<Exported> {
  const made: Made[] = [];
  const copies: number[] = [];
  for (let round = 0; round < bench.size.rounds; round++) {
    process.stderr.write(`export, round ${round + 1} of ${bench.size.rounds}\n`);
    copies.push(await copy(bench));
    const args = [bench.databaseUrl, EXPORT_PHONE, 'CSV', `${EXPORT_MONTH}-01`, `${EXPORT_MONTH}-31`];
    const { stdout } = await promisify(execFile)(process.execPath, [MAKE_ALONE, ...args]);
    made.push(JSON.parse(stdout) as Made);
  }
  const [first] = made;
  if (first!.recordCount !== bench.size.records)
    throw new Error(`${first!.recordCount} records were written`);
  const middle = (key: 'seconds' | 'cpuSeconds' | 'peakBytes' | 'heldMs') =>
    median(made.map((each) => each[key]));
  return {
    ...first!,
    seconds: middle('seconds'),
    cpuSeconds: middle('cpuSeconds'),
    peakBytes: middle('peakBytes'),
    heldMs: middle('heldMs'),
    copySeconds: median(copies),
  };
}

async function copy({ databaseUrl, env }: Bench): Promise<number> {
  const db = new pg.Client(databaseUrl);
  await db.connect();
  const { rows } = await db.query('SELECT id FROM subscribers WHERE phone_number = $1', [EXPORT_PHONE]);
  const start = performance.now();
  const records = copyTo(`COPY (SELECT at, kind, peer, amount, cost FROM usage_records
    WHERE subscriber_id = '${rows[0].id}' ORDER BY at, record_id) TO STDOUT (FORMAT csv)`);
  await pipeline(db.query(records), createWriteStream(join(env['DATA_DIR']!, 'copy.csv')));
  const seconds = (performance.now() - start) / 1_000;
  await db.end();
  return seconds;
}
