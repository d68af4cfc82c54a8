import { z } from 'zod';
import type { Config } from '../config.ts';
import { BadLine, type CsvLine, readCsv, type Report } from '../csv-file.ts';
import { type MinorUnits, parseDecimal } from '../money.ts';
import { parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import { topUp } from './top-up.ts';

const columns = z.object({
  phone_number: z.string().min(1),
  amount: z.string().min(1),
  reference: z.string().trim().min(1).max(200),
});

type Parts = Pick<App, 'db' | 'clock' | 'catalogue' | 'config' | 'jobs'>;

/**
 * Books the payments of a file (CSV: phone_number, amount, negative: taken back, reference), one after the other. One
 * that was booked before is left out, so that a run that died is simply run again. What cannot be booked is reported and
 * left out.
 * @throws PlainError where it is another kind of file
 */
export async function loadTopUps(
  app: Parts,
  path: string,
  report: Report,
): Promise<{ booked: number; leftOut: number }> {
  const result = { booked: 0, leftOut: 0 };
  for await (const { line, read } of readCsv(
    path,
    { columns: Object.keys(columns.shape), quote: true },
    report,
  ))
    try {
      await book(app, read());
      result.booked++;
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      result.leftOut++;
      report.leftOut({ line, reason: error.message });
    }
  return result;
}

/** @throws BadLine */
async function book(app: Parts, csv: CsvLine): Promise<void> {
  const { phoneNumber, amount, reference } = paymentFrom(csv, app.config);
  const line = await app.db.subscriber.findUnique({ where: { phoneNumber }, select: { id: true } });
  if (!line) throw new BadLine('the number is nobody’s');
  if (await topUp(app, { subscriberId: line.id, amount, reference })) return;
  const before = { subscriberId: line.id, cause: 'TOP_UP', causeId: reference, amount } as const;
  const isSame = await app.db.ledgerEntry.findFirst({ where: before });
  throw new BadLine(
    isSame ? 'a payment that was booked before' : 'its reference was booked with another amount',
  );
}

function paymentFrom(
  csv: CsvLine,
  { COUNTRY, CURRENCY }: Pick<Config, 'COUNTRY' | 'CURRENCY'>,
): { phoneNumber: string; amount: MinorUnits; reference: string } {
  const parsed = columns.safeParse(csv);
  if (!parsed.success)
    throw new BadLine(`not a payment: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
  const phoneNumber = parsePhoneNumber(parsed.data.phone_number, COUNTRY);
  if (!phoneNumber) throw new BadLine('not a phone number');
  const amount = parseDecimal(parsed.data.amount, CURRENCY);
  if (!amount) throw new BadLine(`not an amount of ${CURRENCY} to book`);
  return { phoneNumber, amount, reference: parsed.data.reference };
}
