import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Copies, CopiedRow, Copy } from '../../ports/copies.ts';
import type { Tx } from '../../ports/database.ts';
import { CopiedRows } from './copied-rows.ts';

const CONNECT_WITHIN_MS = 5_000;

/** Copies by COPY … TO STDOUT, each on a connection that is there for it alone and shares the transaction's snapshot. */
export class PostgresCopies implements Copies {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async open<Row>(tx: Tx, query: Prisma.Sql, read: (row: CopiedRow) => Row): Promise<Copy<Row>> {
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
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`);
    } catch (error) {
      end();
      throw error;
    }
    return {
      end,
      async *batches() {
        try {
          const rows = new CopiedRows();
          const pieces = client.query(copyTo(`COPY (${literal(client, query)}) TO STDOUT (FORMAT binary)`));
          for await (const piece of pieces) yield rows.take(piece as Buffer, read);
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
