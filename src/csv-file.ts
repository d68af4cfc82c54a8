import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { PlainError } from './ports/plain-error.ts';

/** What a line of a file says, by the names that the file's first line gives its columns. */
export type CsvLine = Record<string, string | undefined>;

/** A line that cannot be taken; the message says why. */
export class BadLine extends Error {}

/** A line of the file that was left out, and why. */
export interface LeftOut {
  line: number;
  reason: string;
}

/**
 * The lines of a CSV file (RFC 4180) as a stream, with their numbers. `quote: false`: a quotation mark is a character
 * as any other, and one gone astray cannot swallow the lines that follow.
 * @throws PlainError where quotation marks are in disorder
 */
export async function* readCsv(
  path: string,
  { quote }: { quote: boolean },
): AsyncGenerator<{ csv: CsvLine; line: number }> {
  const parser = parse({
    columns: true,
    info: true,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    quote: quote ? '"' : false,
  });
  // What fails on the way to the parser fails the parser, and so whoever reads from it
  pipeline(createReadStream(path), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: CsvLine; info: Info }>)
      yield { csv: record, line: info.lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new PlainError(`${path} is not CSV: ${error.message}`, { cause: error });
  }
}
