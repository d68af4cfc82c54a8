import pg from 'pg';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CopiedRows, Copies, Copy } from '../../ports/copies.ts';
import type { Tx } from '../../ports/database.ts';
import { BinaryRows } from './binary-rows.ts';
import { CopyOut } from './copy-out.ts';
import { STATEMENT_MS } from './patience.ts';

const CONNECT_WITHIN_MS = 5_000;

/** Copies by COPY … TO STDOUT, each on a connection that is there for it alone and shares the transaction's snapshot. */
export class PostgresCopies implements Copies {
  readonly #url: string;
  readonly #statementMs: number;

  /** `statementMs`: how long a connection may be silent that was asked for something. */
  constructor(url: string, statementMs = STATEMENT_MS) {
    this.#url = url;
    this.#statementMs = statementMs;
  }

  async open<Batch>(tx: Tx, query: Prisma.Sql, read: (rows: CopiedRows) => Batch): Promise<Copy<Batch>> {
    const [{ snapshot }] = await tx.$queryRaw<
      [{ snapshot: string }]
    >`SELECT pg_export_snapshot() AS snapshot`;
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'internet-assistant copy',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
    });
    const end = () => void client.end().catch(() => {});
    // A connection that is gone without a word is ended here; a reader that takes its time costs nothing
    const answered = <Answer>(asked: Promise<Answer>): Promise<Answer> => {
      const timer = setTimeout(end, this.#statementMs);
      return asked.finally(() => clearTimeout(timer));
    };
    client.on('error', () => {});
    try {
      await client.connect();
      await answered(client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
      await answered(client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`));
    } catch (error) {
      end();
      throw error;
    }
    return {
      end,
      async *batches() {
        try {
          const copy = new CopyOut(`COPY (${literal(client, query)}) TO STDOUT (FORMAT binary)`);
          const messages = client.query(copy).messages();
          for (let isFirst = true; ; isFirst = false) {
            const { done, value } = await answered(messages.next());
            if (done) return;
            yield read(new BinaryRows(value, isFirst));
          }
        } finally {
          end();
        }
      },
    };
  }
}

/** COPY takes no parameters: each value stands in the text, as the literal that node-postgres makes of it. */
function literal(client: pg.Client, { strings, values }: Prisma.Sql): string {
  const said = values.map((value) =>
    client.escapeLiteral(value instanceof Date ? value.toISOString() : String(value)),
  );
  return strings.map((text, index) => text + (said[index] ?? '')).join('');
}
