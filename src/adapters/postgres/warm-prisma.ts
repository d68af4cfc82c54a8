import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { PrismaClient } from '../../generated/prisma/client.ts';
import type { Db } from '../../ports/database.ts';

const NAMES = { provider: 'postgres', adapterName: 'empty' } as const;

/** A database without a row in it. */
const empty: SqlDriverAdapter = {
  ...NAMES,
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
  executeScript: async () => {},
  startTransaction: () => Promise.reject(new Error('There is nothing to change')),
  dispose: async () => {},
};

/**
 * Runs in what makes SQL of Prisma's queries, by asking some of a database that is empty: the first of a process take a
 * fifth of a second otherwise. For who waits for PostgreSQL to start anyway.
 */
export async function warmPrisma(ask: (db: Db) => Promise<unknown>): Promise<void> {
  const db = new PrismaClient({ adapter: { ...NAMES, connect: async () => empty } });
  await ask(db);
  await db.$disconnect();
}
