import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
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

/** What whoever has a file loaded is told meanwhile. */
export interface Report {
  leftOut: (leftOut: LeftOut) => void;
  /** Told time and again. */
  soFar?: (soFar: SoFar) => void;
}

/** How far a file has been read. */
export interface SoFar {
  lines: number;
  /** Of its bytes, 0 to 1; undefined for a pipe, whose size nobody knows. */
  share: number | undefined;
}

export interface FileLine {
  line: number;
  /** @throws BadLine where it is no record of the file's columns */
  read: () => CsvLine;
}

interface Form {
  /** What the first line has to name; there may be more. */
  columns: readonly string[];
  /** Whether a field may stand in quotation marks (RFC 4180); if not, they are characters as any other. */
  quote: boolean;
}

/**
 * The lines of a CSV file in UTF-8, with their numbers, as a stream. A line is a record: no quotation mark gone astray
 * swallows those that follow. The report hears how far whoever takes the lines has come.
 * @throws PlainError where it is another kind of file
 */
export async function* readCsv(
  path: string,
  { columns, quote }: Form,
  { soFar }: Report,
): AsyncGenerator<FileLine> {
  let [names, line]: [string[] | undefined, number] = [undefined, 0];
  for await (const text of linesOf(path, (share) => soFar?.({ lines: line, share }))) {
    line++;
    if (!text) continue;
    const known = names;
    if (known) yield { line, read: () => recordOf(known, fieldsIn(text, quote)) };
    else names = headIn(path, text, { columns, quote });
  }
  if (!names) throw new PlainError(`${path} is empty`);
}

/** @throws PlainError where it names no such columns */
function headIn(path: string, text: string, { columns, quote }: Form): string[] {
  let names: string[] = [];
  try {
    names = fieldsIn(text, quote);
  } catch (error) {
    if (!(error instanceof BadLine)) throw error;
  }
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length) throw new PlainError(`${path} has no column ${missing.join(', ')} in its first line`);
  return names;
}

function recordOf(names: readonly string[], fields: readonly string[]): CsvLine {
  if (fields.length !== names.length)
    throw new BadLine(`${fields.length} fields for ${names.length} columns`);
  return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
}

function fieldsIn(text: string, quote: boolean): string[] {
  try {
    return parse(text, { quote: quote ? '"' : false, record_delimiter: '\n' })[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) throw new BadLine('quotation marks in disorder');
    throw error;
  }
}

/**
 * @param seen called whenever the lines of one more piece have all been taken
 * @throws PlainError where it is no UTF-8
 */
async function* linesOf(path: string, seen: (share: number | undefined) => void): AsyncGenerator<string> {
  // Leaves a byte order mark out
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [rest, bytes] = ['', 0];
  const { size } = await stat(path);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      rest = lines.pop()!;
      yield* lines;
      bytes += chunk.length;
      seen(size ? bytes / size : undefined);
    }
    yield rest + decoder.decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new PlainError(`${path} is not UTF-8: iconv makes it so`, { cause: error });
  }
}
