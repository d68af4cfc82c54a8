import { type Day, toColumn } from '../calendar.ts';
import { BadLine, type FileLine, readCsv, type Report } from '../csv-file.ts';
import type { App } from '../ports/app.ts';
import { PlainError } from '../ports/plain-error.ts';
import { isTimeZone } from '../setting-forms.ts';
import { addLines, type NewLine } from './add-lines.ts';
import { COLUMNS, lineFrom, type Reading } from './csv-line.ts';

const BATCH = 1_000;
const MONTH_MS = 31 * 86_400_000;

export interface LoadedLines {
  loaded: number;
  leftOut: number;
}

type Parts = Pick<App, 'db' | 'catalogue' | 'clock' | 'config' | 'secrets'>;

/**
 * Loads a file of subscribers' lines (CSV: phone_number, full_name, status, tariff, services, balance, activated_at,
 * time_zone, passport) a batch at a time. A number that is there already is left out as it is, so that a run that died
 * is simply run again. What cannot be taken is reported and left out; nothing else is lost.
 * @param feesThrough the last day that recurring fees have been paid for; undefined: today, where each line is
 * @throws PlainError where there is no catalogue yet, that day is far off, or it is another kind of file
 */
export async function loadLines(
  app: Parts,
  path: string,
  report: Report,
  feesThrough?: Day,
): Promise<LoadedLines> {
  const { config } = app;
  const [catalogue, now] = [app.catalogue.current(), app.clock.now()];
  if (!catalogue.tariffs.length)
    throw new PlainError('There is no catalogue yet: npm run catalogue:load -- catalogue.json comes first');
  if (feesThrough && Math.abs(toColumn(feesThrough).getTime() - now.getTime()) > MONTH_MS)
    throw new PlainError(
      `${feesThrough} is more than a month away: fees would be taken for all the days between`,
    );
  const timeZones = await timeZonesOf(app.db);
  const load = new Load(app, { config, catalogue, timeZones, now, feesThrough }, report);
  for await (const each of readCsv(path, { columns: COLUMNS, quote: true }, report)) await load.take(each);
  await load.flush();
  return load.result;
}

async function timeZonesOf(db: App['db']): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ name: string }[]>`SELECT name FROM pg_timezone_names`;
  return new Set(rows.map(({ name }) => name).filter(isTimeZone));
}

/** One run over a file: gathers lines, and adds them a batch at a time. */
class Load {
  readonly #app: Parts;
  readonly #reading: Reading;
  readonly #report: Report;
  #batch: { given: NewLine; line: number }[] = [];
  readonly result: LoadedLines = { loaded: 0, leftOut: 0 };

  constructor(app: Parts, reading: Reading, report: Report) {
    this.#app = app;
    this.#reading = reading;
    this.#report = report;
  }

  async take({ line, read }: FileLine): Promise<void> {
    try {
      this.#batch.push({ given: lineFrom(read(), this.#reading), line });
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      this.#leaveOut(line, error.message);
    }
    if (this.#batch.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (!batch.length) return;
    const lines = batch.map(({ given }) => given);
    const added = await this.#app.db.$transaction((tx) => addLines(this.#app, tx, lines), {
      timeout: 60_000,
    });
    this.result.loaded += added.size;
    for (const { given, line } of batch)
      if (!added.has(given)) this.#leaveOut(line, 'a number that is there already');
  }

  #leaveOut(line: number, reason: string): void {
    this.result.leftOut++;
    this.#report.leftOut({ line, reason });
  }
}
