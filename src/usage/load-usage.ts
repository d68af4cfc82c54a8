import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { BadLine, type FileLine, readCsv, type Report } from '../csv-file.ts';
import type { App } from '../ports/app.ts';
import { addRecords } from './add-records.ts';
import { COLUMNS, recordFrom, type UnownedRecord } from './csv-record.ts';
import { ensureParts, monthOf } from './parts.ts';

const BATCH = 1_000;

export interface LoadResult {
  loaded: number;
  leftOut: number;
  /** How many lines an earlier run had already seen to. */
  before: number;
}

type Parts = Pick<App, 'db' | 'clock' | 'config'>;

/**
 * Loads a file of usage records (CSV without quoting: record_id, phone_number, at, kind, peer, amount, cost) as a stream.
 * A file is known by its content: a run that died is gone on with, batch by batch, and one that is whole is not loaded
 * again. What cannot be taken is reported and left out; nothing else is lost.
 * @throws PlainError where it is another kind of file
 */
export async function loadUsage(
  app: Parts,
  path: string,
  report: Report,
  completeThrough?: Date,
): Promise<LoadResult> {
  const sha256 = await hashOf(path);
  const fresh = { sha256, lines: 0, startedAt: app.clock.now() };
  await app.db.usageLoad.createMany({ data: [fresh], skipDuplicates: true });
  const known = await app.db.usageLoad.findUniqueOrThrow({ where: { sha256 } });
  const result: LoadResult = { loaded: 0, leftOut: 0, before: known.lines };
  if (known.finishedAt) return result;
  const load = new Load(app, sha256, result, report);
  for await (const each of readCsv(path, { columns: COLUMNS, quote: false }, report)) await load.take(each);
  await load.flush();
  await app.db.usageLoad.update({
    where: { sha256 },
    data: { finishedAt: app.clock.now(), completeThrough: completeThrough ?? load.latest },
  });
  return result;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** One run over a file: gathers lines, and adds them a batch at a time. */
class Load {
  readonly #app: Parts;
  readonly #sha256: string;
  readonly #result: LoadResult;
  readonly #report: Report;
  readonly #months = new Set<string>();
  #batch: (UnownedRecord & { line: number })[] = [];
  #seen = 0;
  latest: Date | null = null;

  constructor(app: Parts, sha256: string, result: LoadResult, report: Report) {
    this.#app = app;
    this.#sha256 = sha256;
    this.#result = result;
    this.#report = report;
  }

  async take({ line, read }: FileLine): Promise<void> {
    this.#seen++;
    try {
      const record = recordFrom(read(), this.#app.config, this.#app.clock.now());
      if (!this.latest || record.at > this.latest) this.latest = record.at;
      if (this.#seen > this.#result.before) this.#batch.push({ ...record, line });
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      if (this.#seen > this.#result.before) this.#leaveOut(line, error.message);
    }
    if (this.#batch.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    const months = new Set(batch.map(({ at }) => monthOf(at)).filter((month) => !this.#months.has(month)));
    if (months.size) await ensureParts(this.#app.db, months);
    for (const month of months) this.#months.add(month);
    await this.#app.db.$transaction(
      async (tx) => {
        const owners = await this.#ownersOf(batch);
        const records = batch.flatMap((record) => {
          const subscriberId = owners.get(record.phoneNumber);
          return subscriberId ? [{ ...record, subscriberId }] : [];
        });
        const added = records.length ? await addRecords(tx, records) : new Set<string>();
        await tx.usageLoad.updateMany({
          where: { sha256: this.#sha256, lines: { lt: this.#seen } },
          data: { lines: this.#seen },
        });
        this.#result.loaded += added.size;
        for (const { line, phoneNumber, recordId } of batch) {
          const subscriberId = owners.get(phoneNumber);
          if (!subscriberId) this.#leaveOut(line, 'the number is nobody’s');
          // A name that comes twice in one batch is added once
          else if (!added.delete(`${subscriberId}/${recordId}`))
            this.#leaveOut(line, 'a record that was there before');
        }
      },
      { timeout: 60_000 },
    );
  }

  async #ownersOf(batch: readonly UnownedRecord[]): Promise<Map<string, string>> {
    const numbers = [...new Set(batch.map(({ phoneNumber }) => phoneNumber))];
    const lines = await this.#app.db.subscriber.findMany({
      where: { phoneNumber: { in: numbers } },
      select: { id: true, phoneNumber: true },
    });
    return new Map(lines.map(({ id, phoneNumber }) => [phoneNumber, id]));
  }

  #leaveOut(line: number, reason: string): void {
    this.#result.leftOut++;
    this.#report.leftOut({ line, reason });
  }
}
