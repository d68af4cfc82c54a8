import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { PrismaClient } from '../../generated/prisma/client.ts';
import type { Db } from '../../ports/database.ts';

const NAMES = { provider: 'postgres', adapterName: 'empty' } as const;

const nothing = async () => {};
const queryable = {
  ...NAMES,
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
};

/** A database without a row in it. */
const empty: SqlDriverAdapter = {
  ...queryable,
  executeScript: nothing,
  startTransaction: async () => ({
    ...queryable,
    options: { usePhantomQuery: true },
    commit: nothing,
    rollback: nothing,
  }),
  dispose: nothing,
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
