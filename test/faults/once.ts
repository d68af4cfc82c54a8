import { expect } from 'vitest';
import type { Running } from '../support/running.ts';
import type { Line, Ordering } from './lines.ts';

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED'];
/** Generous: it is for states that come by themselves, on a machine that is busy with other things. */
export const IN_TIME = { timeout: 40_000, interval: 50 };

/** That what the line ordered has come to its end by itself, once: one order, one fee, one last event, without a gap. */
export async function endsOnce(
  { app: { db } }: Running,
  { id: subscriberId }: Line,
  { name, table, fee }: Ordering,
): Promise<{ id: string }> {
  const orders = () => (db[table] as typeof db.serviceOrder).findMany({ where: { subscriberId } });
  const states = async () => (await orders()).map(({ state }) => state);
  await expect.poll(states, { ...IN_TIME, message: name }).toEqual(['COMPLETED']);
  const entries = await db.ledgerEntry.findMany({ where: { subscriberId, amount: { lt: 0n } } });
  expect(
    entries.map(({ amount }) => -amount),
    name,
  ).toEqual(fee ? [fee] : []);
  const events = await db.event.findMany({ where: { subscriberId }, orderBy: { seq: 'asc' } });
  expect(
    events.map(({ seq }) => seq),
    name,
  ).toEqual(events.map((_, i) => i + 1));
  expect(
    events.filter(({ state }) => FINAL.includes(state)),
    name,
  ).toEqual([events.at(-1)]);
  const { held } = await db.subscriber.findUniqueOrThrow({ where: { id: subscriberId } });
  expect(held, name).toBe(0n);
  return (await orders())[0]!;
}

/** Hears of what nobody catches and of listeners that pile up, for as long as a test file runs. */
export function watchProcess(): { calm(): void } {
  const heard: unknown[] = [];
  process.on('unhandledRejection', (error) => heard.push(error));
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') heard.push(warning);
  });
  return { calm: () => expect(heard).toEqual([]) };
}
