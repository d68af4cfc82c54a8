import { Prisma } from '../generated/prisma/client.ts';
import type { Db, Tx } from '../ports/database.ts';

/** Of whoever makes a part: one at a time. */
const LOCK = 72_707_370;

/** The month that a moment falls on in UTC: 2026-11. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return monthOf(new Date(Date.UTC(year, number, 1)));
}

/**
 * Makes the parts of the table of records for these months, unless they are there. Each is made apart and then attached:
 * that locks out neither those who read the table, a long statement among them, nor those who fill it.
 */
export async function ensureParts(db: Db, months: Iterable<string>): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    for (const month of months) {
      const name = `usage_parts.records_${month.replace('-', '_')}`;
      const [{ there }] = await tx.$queryRaw<[{ there: boolean }]>`
        SELECT to_regclass(${name}) IS NOT NULL AS there`;
      if (!there) await makePart(tx, Prisma.raw(name), month);
    }
  });
}

async function makePart(tx: Tx, name: Prisma.Sql, month: string): Promise<void> {
  const [from, to] = [month, nextMonth(month)].map((each) => Prisma.raw(`'${each}-01 00:00:00+00'`));
  await tx.$executeRaw`CREATE TABLE ${name} (LIKE usage_records INCLUDING ALL)`;
  await tx.$executeRaw`ALTER TABLE usage_records ATTACH PARTITION ${name} FOR VALUES FROM (${from!}) TO (${to!})`;
}
