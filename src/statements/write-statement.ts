import { setImmediate as othersTurn } from 'node:timers/promises';
import { csvStatement } from './csv.ts';
import { htmlStatement } from './html.ts';
import {
  SPENDING_KINDS,
  type StatementFormat,
  type StatementHead,
  type StatementRecords,
  type StatementTotals,
  type StatementWriter,
} from './statement.ts';
import { xlsxStatement } from './xlsx.ts';
import { xmlStatement } from './xml.ts';

/** Records written in one go: a few milliseconds of work, then it is the turn of others. */
const AT_ONCE = 250;

/** Loaded with the first of them: it brings fonts and all that draws along. */
const pdfStatement: StatementWriter = async function* pdfStatement(...statement) {
  yield* (await import('./pdf.ts')).pdfStatement(...statement);
};

const WRITERS: Record<StatementFormat, { write: StatementWriter; mediaType: string }> = {
  PDF: { write: pdfStatement, mediaType: 'application/pdf' },
  XLSX: {
    write: xlsxStatement,
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  CSV: { write: csvStatement, mediaType: 'text/csv; charset=utf-8' },
  HTML: { write: htmlStatement, mediaType: 'text/html; charset=utf-8' },
  XML: { write: xmlStatement, mediaType: 'application/xml' },
};

/**
 * The statement as a file, written while it is read: memory does not grow with the records, the event loop is not
 * held, and no record is asked for before the reader is ready for it. The same input gives the same bytes, however
 * its records are divided into batches. Rejects with what the records reject with; stopped early, it ends them.
 */
export const writeStatement = (
  format: StatementFormat,
  head: StatementHead,
  totals: StatementTotals,
  records: StatementRecords,
): AsyncIterable<Uint8Array> => {
  const lines = SPENDING_KINDS.flatMap((kind) => totals.lines.filter((line) => line.kind === kind));
  return WRITERS[format].write(head, { ...totals, lines }, inSteps(records));
};

/** How the file is called and what it is, for whoever saves or mails it. */
export const statementFile = (
  format: StatementFormat,
  { phoneNumber, from, to }: Pick<StatementHead, 'phoneNumber' | 'from' | 'to'>,
): { filename: string; mediaType: string } => ({
  filename: `statement-${phoneNumber.replace(/\D/g, '')}-${from}-${to}.${format.toLowerCase()}`,
  mediaType: WRITERS[format].mediaType,
});

async function* inSteps(records: StatementRecords): StatementRecords {
  for await (const batch of records)
    for (let start = 0; start < batch.length; start += AT_ONCE) {
      await othersTurn();
      yield batch.slice(start, start + AT_ONCE);
    }
}
