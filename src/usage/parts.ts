import { Prisma } from '../generated/prisma/client.ts';
import type { Db } from '../ports/database.ts';

/** Of whoever makes a part: one at a time. */
const LOCK = 72_707_370;

/** The month that a moment falls on in UTC: 2026-11. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return monthOf(new Date(Date.UTC(year, number, 1)));
}

/** Makes the parts of the table of records for these months, unless they are there. */
export async function ensureParts(db: Db, months: Iterable<string>): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    for (const month of months) {
      const name = Prisma.raw(`usage_parts.records_${month.replace('-', '_')}`);
      const [from, to] = [month, nextMonth(month)].map((each) => Prisma.raw(`'${each}-01 00:00:00+00'`));
      await tx.$executeRaw`
        CREATE TABLE IF NOT EXISTS ${name} PARTITION OF usage_records FOR VALUES FROM (${from!}) TO (${to!})`;
    }
  });
}
