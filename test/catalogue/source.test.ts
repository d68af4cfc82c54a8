import { expect, test, vi } from 'vitest';
import { openCatalogue } from '../../src/catalogue/source.ts';
import type { Db } from '../../src/ports/database.ts';
import type { Wake } from '../../src/ports/wake-ups.ts';
import { pino } from 'pino';

/** A table that answers when the test says so, with a catalogue of as many services as it had then. */
function slowDatabase() {
  const reads: ((services: number) => void)[] = [];
  const table = { findMany: () => undefined };
  const db = {
    service: table,
    tariff: table,
    serviceRequirement: table,
    serviceExclusion: table,
    tariffService: table,
    $transaction: () =>
      new Promise((resolve) =>
        reads.push((services) =>
          resolve([
            Array.from({ length: services }, (_, i) => ({ code: `S${i}`, name: {} })),
            [],
            [],
            [],
            [],
          ]),
        ),
      ),
  } as unknown as Db;
  return { db, reads };
}

async function openOver({ db, reads }: ReturnType<typeof slowDatabase>) {
  let wake: Wake = () => {};
  const listen = (_topic: string, called: Wake) => {
    wake = called;
    return () => {};
  };
  const opening = openCatalogue(
    { db, log: pino({ enabled: false }) },
    { listen, notify: async () => {}, notifyEach: async () => {}, isListening: () => true },
  );
  await vi.waitUntil(() => reads.length === 1, { timeout: 60_000 });
  return { opening, wake };
}

test('one reading follows the other, so that an older one never stands in place of a newer', async () => {
  const { db, reads } = slowDatabase();
  const { opening, wake } = await openOver({ db, reads });
  // Heard of while the first reading is under way, which may have begun before the load
  wake();
  wake();
  wake();
  expect(reads).toHaveLength(1);
  reads[0]!(1);
  const source = await opening;
  await vi.waitUntil(() => reads.length === 2, { timeout: 60_000 });
  reads[1]!(2);
  await vi.waitUntil(() => source.current().services.length === 2, { timeout: 60_000 });
  expect(reads).toHaveLength(2);
  await source.close();
});

test('it closes once what is being read has been read, so that its connection is not taken from under it', async () => {
  const { db, reads } = slowDatabase();
  const { opening, wake } = await openOver({ db, reads });
  reads[0]!(1);
  const source = await opening;
  wake();
  await vi.waitUntil(() => reads.length === 2, { timeout: 60_000 });
  // Would be read next
  wake();
  let closed = false;
  const closing = source.close().then(() => (closed = true));
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  reads[1]!(2);
  await closing;
  expect(source.current().services).toHaveLength(2);
  expect(reads).toHaveLength(2);
});
