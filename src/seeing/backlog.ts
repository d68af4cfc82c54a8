import { setTimeout as delay } from 'node:timers/promises';
import { databaseUp, jobsWaiting, oldestJobSeconds, oldestOrderSeconds, ordersOpen } from './metrics.ts';

/** So many of a kind are in a state, the oldest for so long. */
export interface Waiting<Kind extends string = string, State extends string = string> {
  kind: Kind;
  state: State;
  count: number;
  oldestSeconds: number;
}

export interface Backlog {
  orders: readonly Waiting[];
  jobs: readonly Waiting[];
}

/** Whoever asks for the figures waits for others of them, too. */
const PATIENCE_MS = 3_000;

/** Brings the gauges of what waits up to date. Never rejects: a database that does not answer is a figure, too. */
export async function showBacklog(read: () => Promise<Backlog>): Promise<void> {
  const backlog = await Promise.race([
    read().catch(() => undefined),
    delay(PATIENCE_MS, undefined, { ref: false }),
  ]);
  for (const gauge of [ordersOpen, oldestOrderSeconds, jobsWaiting, oldestJobSeconds]) gauge.reset();
  databaseUp.set(backlog ? 1 : 0);
  for (const { kind, state, count, oldestSeconds } of backlog?.orders ?? []) {
    ordersOpen.set({ kind, state }, count);
    oldestOrderSeconds.set({ kind, state }, oldestSeconds);
  }
  for (const { kind: queue, state, count, oldestSeconds } of backlog?.jobs ?? []) {
    jobsWaiting.set({ queue, state }, count);
    oldestJobSeconds.set({ queue, state }, oldestSeconds);
  }
}
