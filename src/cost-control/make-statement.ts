import { createHash } from 'node:crypto';
import { fromColumn } from '../calendar.ts';
import type { DetailOrder, Subscriber } from '../generated/prisma/client.ts';
import { textIn } from '../messages/language.ts';
import type { App } from '../ports/app.ts';
import type { StatementHead, StatementRecord } from '../statements/statement.ts';
import { writeStatement } from '../statements/write-statement.ts';
import { fileKey } from './link.ts';
import { spendingOf } from './spending.ts';
import { usageRecords } from './usage-records.ts';

/** A million records take a minute; whoever reads for longer than this has stopped. */
const READ_WITHIN_MS = 600_000;

export interface Statement {
  recordCount: number;
  byteSize: number;
  /** In hexadecimal. */
  sha256: string;
}

type Parts = Pick<App, 'db' | 'catalogue' | 'config' | 'files'>;

/**
 * Makes the file of an order and stores it, as a stream from the table to the store. Totals and records are of one
 * moment. `report` hears of the share that is done, 0 to 1, and may reject to stop it. A second run makes the file anew,
 * in the place of the first.
 */
export function makeStatement(
  app: Parts,
  order: DetailOrder & { subscriber: Subscriber },
  report: (share: number) => Promise<void>,
): Promise<Statement> {
  const { subscriber: line } = order;
  const period = { from: fromColumn(order.from), to: fromColumn(order.to) };
  return app.db.$transaction(
    async (tx) => {
      // While a slow store takes the file, the table is not asked
      await tx.$executeRaw`SELECT set_config('idle_in_transaction_session_timeout', ${String(READ_WITHIN_MS)}, true)`;
      const totals = await spendingOf(tx, line, period);
      const expected = totals.lines.reduce(
        (sum, { amount, count }) => (amount === undefined ? sum : sum + count),
        0,
      );
      let recordCount = 0;
      async function* counted(): AsyncGenerator<StatementRecord[]> {
        for await (const batch of usageRecords(tx, line, period)) {
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
    },
    { isolationLevel: 'RepeatableRead', timeout: READ_WITHIN_MS },
  );
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
