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
