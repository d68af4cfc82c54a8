import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { StaffName } from './record-act.ts';

const WRITE_EVERY_MS = 500;

interface Read extends StaffName {
  id: string;
  at: Date;
  operation: string;
  lines: string[];
}

/** Writes down which lines staff have seen: a row for each operation, within a second, many rows in one statement. */
export class StaffReads {
  readonly #app: { db: Db; clock: Clock; log: Logger };
  #waiting: Read[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(app: { db: Db; clock: Clock; log: Logger }) {
    this.#app = app;
  }

  add({ subject, name }: StaffName, operation: string, lines: Iterable<string>): void {
    this.#waiting.push({
      id: randomUUID(),
      subject,
      name,
      operation,
      lines: [...lines],
      at: this.#app.clock.now(),
    });
    this.#timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS);
  }

  /** Writes what is waiting; what cannot be written now goes with the next. */
  async write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const reads = this.#waiting;
    this.#waiting = [];
    if (!reads.length) return;
    try {
      // As one value: to plan many rows of long lists takes Prisma longer than the reads themselves took
      await this.#app.db.$executeRaw`
        INSERT INTO staff_reads (id, at, subject, name, operation, lines)
        SELECT id, at, subject, name, operation, ARRAY(SELECT jsonb_array_elements_text(lines)::uuid)
        FROM jsonb_to_recordset(${JSON.stringify(reads)}::jsonb)
          AS read (id uuid, at timestamptz, subject text, name text, operation text, lines jsonb)`;
    } catch (err) {
      this.#app.log.error({ err, reads: reads.length }, 'what staff have seen could not be written yet');
      this.#waiting.unshift(...reads);
      this.#timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS).unref();
    }
  }
}
