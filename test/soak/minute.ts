import type pg from 'pg';
import { cpus } from 'node:os';
import type { Health } from './health.ts';
import type { Stretch } from './tally.ts';

/** What the database says about its work. */
export interface Database {
  openOrders: number;
  oldestOrderS: number;
  connections: number;
}

/** One stretch of a soak, and how things stood at its end. */
export interface Minute {
  /** Since the traffic began. */
  atMs: number;
  stretch: Stretch;
  health: Health;
  database: Database;
  openStreams: number;
  /** The share of the machine's processors that was at work. */
  busy: number;
}

const OPEN = `SELECT created_at FROM service_orders WHERE finished_at IS NULL
  UNION ALL SELECT created_at FROM detail_orders WHERE finished_at IS NULL`;

/** How many orders are open, and since when the oldest. */
export async function lookAtDatabase(db: pg.Client): Promise<Database> {
  const { rows } = await db.query(
    `SELECT count(*)::int AS "openOrders", coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS "oldestOrderS",
            (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections
     FROM (${OPEN}) AS open`,
  );
  return rows[0] as Database;
}

/** Tells at each call how busy the machine was since the one before. */
export function watchMachine(): () => number {
  const look = () => {
    const times = cpus().map((cpu) => cpu.times);
    const idle = times.reduce((sum, each) => sum + each.idle, 0);
    const all = times.reduce(
      (sum, { user, nice, sys, irq, idle: rest }) => sum + user + nice + sys + irq + rest,
      0,
    );
    return { idle, all };
  };
  let before = look();
  return () => {
    const now = look();
    const share = 1 - (now.idle - before.idle) / Math.max(1, now.all - before.all);
    before = now;
    return share;
  };
}
