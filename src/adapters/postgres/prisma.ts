import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../generated/prisma/client.ts';
import type { Db } from '../../ports/database.ts';

/** How long a request waits for a free connection, and a transaction for its end, before it is given up. */
const PATIENCE_MS = 5_000;

export interface PrismaOptions {
  maxConnections?: number;
  /** Hears of each SQL statement: for tests that count them. */
  onStatement?: (sql: string) => void;
}

/** Prisma over node-postgres: the one adapter, for the embedded server and for any other. */
export function openPrisma(url: string, { maxConnections = 16, onStatement }: PrismaOptions = {}): Db {
  const adapter = new PrismaPg({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: PATIENCE_MS,
    application_name: 'internet-assistant',
  });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: PATIENCE_MS, timeout: PATIENCE_MS },
    ...(onStatement ? { log: [{ emit: 'event', level: 'query' }] } : {}),
  });
  if (onStatement) client.$on('query' as never, (event: { query: string }) => onStatement(event.query));
  return client;
}
