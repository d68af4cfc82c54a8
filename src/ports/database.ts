import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';

export type Db = PrismaClient;
/** One open transaction. */
export type Tx = Prisma.TransactionClient;
/** Where a read may happen: outside a transaction or within one. */
export type Reader = Db | Tx;
