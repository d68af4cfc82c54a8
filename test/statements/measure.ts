import { createHash } from 'node:crypto';
import { type StatementFormat } from '../../src/statements/statement.ts';
import type { RecordBatch } from '../../src/statements/record-batch.ts';
import { writeStatement } from '../../src/statements/write-statement.ts';
import { asBatch, sampleHead, sampleRecord, sampleTotals } from '../support/statement.ts';

/** Run by itself, with --expose-gc: node measure.ts PDF 100000. Prints what it wrote and what it held meanwhile. */
export interface Measured {
  sha256: string;
  /** Bytes held after a tidy-up, at each tenth of the records. */
  held: number[];
}

const [format, count] = [process.argv[2] as StatementFormat, Number(process.argv[3])];
const batch = 1_000;
const held: number[] = [];

async function* records(): AsyncGenerator<RecordBatch> {
  for (let start = 0; start < count; start += batch) {
    if (start % (count / 10) === 0) held.push(await heldNow());
    yield asBatch(Array.from({ length: batch }, (_, index) => sampleRecord(start + index, count)));
  }
}

async function heldNow(): Promise<number> {
  // Twice: what waits for a finaliser goes with the second
  for (let i = 0; i < 2; i++) {
    globalThis.gc!();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const hash = createHash('sha256');
for await (const chunk of writeStatement(format, sampleHead('ru'), sampleTotals(1_000), records()))
  hash.update(chunk);
process.stdout.write(JSON.stringify({ sha256: hash.digest('hex'), held } satisfies Measured));
