import { createHash } from 'node:crypto';
import { fromColumn } from '../calendar.ts';
import type { DetailOrder, Subscriber } from '../generated/prisma/client.ts';
import { textIn } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import type { Copy } from '../ports/copies.ts';
import type { RecordBatch } from '../statements/record-batch.ts';
import type { StatementHead, StatementTotals } from '../statements/statement.ts';
import { writeStatement } from '../statements/write-statement.ts';
import { fileKey } from './link.ts';
import { spendingOf } from './spending.ts';
import { usageRecords } from './usage-records.ts';

export interface Statement {
  recordCount: number;
  byteSize: number;
  /** In hexadecimal. */
  sha256: string;
}

type Parts = Pick<App, 'db' | 'copies' | 'catalogue' | 'config' | 'files'>;

/**
 * Makes the file of an order and stores it, as a stream from the table to the store. Totals and records are of one
 * moment. `report` hears of the share that is done, 0 to 1, and may reject to stop it.
 */
export async function makeStatement(
  app: Parts,
  order: DetailOrder & { subscriber: Subscriber },
  report: (share: number) => Promise<void>,
): Promise<Statement> {
  const { totals, records } = await readAt(app, order);
  try {
    const expected = totals.lines.reduce(
      (sum, { amount, count }) => (amount === undefined ? sum : sum + count),
      0,
    );
    let recordCount = 0;
    async function* counted(): AsyncGenerator<RecordBatch> {
      for await (const batch of records.batches()) {
        yield batch;
        recordCount += batch.length;
        await report(Math.min(1, recordCount / Math.max(1, expected)));
      }
    }
    const hash = createHash('sha256');
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of writeStatement(order.format, headOf(app, order), totals, counted())) {
        hash.update(chunk);
        yield chunk;
      }
    }
    const { size } = await app.files.write(fileKey(order), hashed());
    return { recordCount, byteSize: size, sha256: hash.digest('hex') };
  } finally {
    records.end();
  }
}

/** What the period comes to, and its records, which are read later, as they are now. */
async function readAt(
  { db, copies }: Parts,
  { subscriber: line, from, to }: DetailOrder & { subscriber: Subscriber },
): Promise<{ totals: StatementTotals; records: Copy<RecordBatch> }> {
  const period = { from: fromColumn(from), to: fromColumn(to) };
  let opened: Copy<RecordBatch> | undefined;
  try {
    return await db.$transaction(
      async (tx) => {
        const totals = await spendingOf(tx, line, period);
        opened = await usageRecords(copies, tx, line, period);
        return { totals, records: opened };
      },
      { isolationLevel: 'RepeatableRead' },
    );
  } catch (error) {
    opened?.end();
    throw error;
  }
}

const headOf = (
  { catalogue, config }: Pick<App, 'catalogue' | 'config'>,
  order: DetailOrder & { subscriber: Subscriber },
): StatementHead => ({
  owner: order.subscriber.fullName,
  phoneNumber: order.subscriber.phoneNumber,
  tariff: textIn(order.language, catalogue.current().tariff(order.subscriber.tariffCode)?.name ?? {}),
  from: fromColumn(order.from),
  to: fromColumn(order.to),
  timeZone: order.subscriber.timeZone,
  currency: config.CURRENCY,
  language: order.language,
  madeAt: order.createdAt,
  dataCompleteThrough: order.dataCompleteThrough,
});
