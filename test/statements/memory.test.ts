import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { STATEMENT_FORMATS, type StatementFormat } from '../../src/statements/statement.ts';
import { rounds } from '../support/rounds.ts';
import type { Measured } from './measure.ts';

const MIB = 1024 ** 2;
const COUNT = rounds(100_000, 1_000_000);
/** A page of a PDF leaves its place in the file behind: some hundred bytes for 57 records. */
const GROWTH = { PDF: 4 + (4 * COUNT) / 1_000_000, XLSX: 4, CSV: 4, HTML: 4, XML: 4 };

async function measure(format: StatementFormat, count: number, env = {}): Promise<Measured> {
  const script = fileURLToPath(new URL('measure.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', script, format, `${count}`],
    {
      env: { PATH: process.env['PATH'], ...env },
    },
  );
  return JSON.parse(stdout) as Measured;
}

test.each(STATEMENT_FORMATS)(
  `what is held while %s is written does not grow over ${COUNT} records`,
  { timeout: 600_000 },
  async (format) => {
    const { held } = await measure(format, COUNT);
    const [, second = 0, ...later] = held;
    expect(later).toHaveLength(8);
    expect((Math.max(...later) - second) / MIB).toBeLessThan(GROWTH[format]);
  },
);

test.each(STATEMENT_FORMATS)(
  '%s is the same file on a machine whose clock stands in another zone',
  async (format) => {
    const [here, there] = await Promise.all([
      measure(format, 10_000, { TZ: 'Europe/Moscow' }),
      measure(format, 10_000, { TZ: 'America/St_Johns' }),
    ]);
    expect(there.sha256).toBe(here.sha256);
  },
);
