import type { Tx } from '../ports/database.ts';

/**
 * Locks a line's row until the transaction ends: what changes one line happens one after the other, so that rules
 * judged under the lock still hold when their order is written. False: there is no such line.
 */
export async function lockLine(tx: Tx, subscriberId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM subscribers WHERE id = ${subscriberId}::uuid FOR UPDATE`;
  return rows.length > 0;
}

/** The same for many, always in the same order, so that no two wait for each other. */
export async function lockLines(tx: Tx, subscriberIds: readonly string[]): Promise<void> {
  const ids = [...new Set(subscriberIds)];
  await tx.$queryRaw`SELECT 1 FROM subscribers WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
}
