import { Prisma } from '../generated/prisma/client.ts';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../ports/database.ts';

/** Of whoever makes a part: one at a time. */
const LOCK = 72_707_370;

/** The month that a moment falls on in UTC: 2026-11. */
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return monthOf(new Date(Date.UTC(year, number, 1)));
}

/** The first month whose records are kept: older ones are neither loaded nor there any more. */
export const oldestMonth = ({ USAGE_MONTHS }: Pick<Config, 'USAGE_MONTHS'>, now: Date): string =>
  monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - USAGE_MONTHS, 1)));

const nameOf = (month: string): string => `records_${month.replace('-', '_')}`;

/**
 * Makes the parts of the table of records for these months, unless they are there. Each is made apart and then attached:
 * that locks out neither those who read the table, a long statement among them, nor those who fill it.
 */
export async function ensureParts(db: Db, months: Iterable<string>): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
    for (const month of months) {
      const name = `usage_parts.${nameOf(month)}`;
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

/**
 * Drops the parts of the months before this one. Each is detached first, which locks out nobody but waits for whoever
 * reads; where that takes too long, the next call goes on with it. Totals of days and months stay.
 */
export async function dropParts(db: Db, before: string): Promise<void> {
  const old = await db.$queryRaw<{ name: string; attached: boolean; detaching: boolean }[]>`
    SELECT c.oid::regclass::text AS name, i.inhrelid IS NOT NULL AS attached, i.inhdetachpending IS TRUE AS detaching
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE n.nspname = 'usage_parts' AND c.relkind = 'r' AND c.relname < ${nameOf(before)}
    ORDER BY c.relname`;
  for (const { name, attached, detaching } of old) {
    const part = Prisma.raw(name);
    const how = Prisma.raw(detaching ? 'FINALIZE' : 'CONCURRENTLY');
    if (attached) await db.$executeRaw`ALTER TABLE usage_records DETACH PARTITION ${part} ${how}`;
    await db.$executeRaw`DROP TABLE ${part}`;
  }
}
