import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.ts';
import type { Db } from '../../ports/database.ts';
import type { Rows } from '../../ports/rows.ts';
import { watchPool } from '../../seeing/metrics.ts';
import { isTracing } from '../../seeing/trace.ts';
import { bearBreaks, endWhenUnanswered, patience, STATEMENT_MS } from './patience.ts';
import { GatheredRows } from './gathered-rows.ts';
import { RowsBatch } from './rows-batch.ts';
import { StatementNames } from './statement-names.ts';
import { TracedPg } from './traced-pg.ts';

/** How long a request waits for a free connection, and a transaction for its end, before it is given up. */
const PATIENCE_MS = 5_000;

export interface PrismaOptions {
  maxConnections?: number;
  /** How long a statement may take; tests wait for less. */
  statementMs?: number;
  /** Hears of each SQL statement as it is sent: for tests that count them. */
  onStatement?: (sql: string) => void;
}

/**
 * Prisma over node-postgres, for the embedded server and for any other, and plain rows beside it over the same
 * connections; they are closed with Prisma.
 */
export function openPrisma(
  url: string,
  { maxConnections = 16, statementMs = STATEMENT_MS, onStatement }: PrismaOptions = {},
): { db: Db; rows: Rows } {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: PATIENCE_MS,
    keepAlive: true,
    application_name: 'internet-assistant',
    onConnect: speakUtc,
    ...patience(statementMs),
  });
  bearBreaks(pool);
  endWhenUnanswered(pool);
  if (onStatement) pool.on('connect', (client) => hear(client, onStatement));
  watchPool(pool);
  const names = new StatementNames(pool);
  const Adapter = isTracing() ? TracedPg : PrismaPg;
  const db = new PrismaClient({
    adapter: new Adapter(pool, {
      disposeExternalPool: true,
      statementNameGenerator: names.by('s'),
    }),
    transactionOptions: { maxWait: PATIENCE_MS, timeout: PATIENCE_MS },
  });
  return { db, rows: new GatheredRows(pool, names.by('r')) };
}

/**
 * The adapter writes and reads moments as UTC without saying so: in another time zone, a server's own or its database's,
 * each would be stored as another moment.
 */
async function speakUtc(client: pg.ClientBase): Promise<void> {
  await client.query("SET TIME ZONE 'UTC'");
}

function hear(client: pg.PoolClient, onStatement: (sql: string) => void): void {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown;
  const query = (...args: unknown[]) => {
    const [statement] = args as [string | { text: string } | RowsBatch];
    if (statement instanceof RowsBatch) for (const { text } of statement.reads) onStatement(text);
    else onStatement(typeof statement === 'string' ? statement : statement.text);
    return send(...args);
  };
  Object.assign(client, { query });
}
