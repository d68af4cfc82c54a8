import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Day } from '../../src/calendar.ts';
import { usageRecords } from '../../src/cost-control/usage-records.ts';
import type { RecordBatch } from '../../src/statements/record-batch.ts';
import type { StatementRecord } from '../../src/statements/statement.ts';
import { addRecords } from '../../src/usage/add-records.ts';
import { ensureParts } from '../../src/usage/parts.ts';
import type { UsageRecord } from '../../src/usage/record.ts';
import { type Running, startProduct } from '../support/running.ts';
import { AWKWARD } from '../support/statement.ts';

const period = { from: '2026-03-01' as Day, to: '2026-03-01' as Day };
let product: Running;
let line: { id: string; timeZone: string };
beforeAll(async () => {
  product = await startProduct({ works: false });
  line = await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: '+79160000005' } });
  await ensureParts(product.app.db, ['2026-02', '2026-03']);
});
afterAll(() => product.stop());
beforeEach(() => product.app.db.usageRecord.deleteMany({ where: { subscriberId: line.id } }));

const add = (records: Partial<UsageRecord>[]) =>
  product.app.db.$transaction((tx) =>
    addRecords(
      tx,
      records.map((record, index) => ({
        subscriberId: line.id,
        at: new Date('2026-03-01T09:00:00.001Z'),
        recordId: String(index).padStart(6, '0'),
        kind: 'SMS',
        peer: '+79161234567',
        amount: 1n,
        cost: 0n,
        ...record,
      })),
    ),
  );

const open = () =>
  product.app.db.$transaction((tx) => usageRecords(product.app.copies, tx, line, period), {
    isolationLevel: 'RepeatableRead',
  });

async function read(): Promise<StatementRecord[]> {
  const batches: RecordBatch[] = [];
  for await (const batch of (await open()).batches()) batches.push(batch);
  return batches.flatMap((batch) => [...batch]);
}

const connections = async () => {
  const [{ count }] = await product.app.db.$queryRaw<[{ count: bigint }]>`
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'internet-assistant copy' AND datname = current_database()`;
  return Number(count);
};

test('each record comes once and in order, also where thousands are of one moment', async () => {
  const count = 9_001;
  await add(Array.from({ length: count }, (_, index) => ({ amount: BigInt(index) })));
  expect((await read()).map(({ amount }) => amount)).toEqual(
    Array.from({ length: count }, (_, index) => index),
  );
});

test('all values come as they are, whatever stands in them', async () => {
  // PostgreSQL has no U+0000, and UTF-8 no half of a character
  const peers = AWKWARD.map((peer) => peer.replaceAll(/\0|\p{Surrogate}/gu, '?'));
  const records = peers.map((peer, index) => ({
    peer,
    kind: (['CALL', 'SMS', 'DATA'] as const)[index % 3]!,
    at: new Date(Date.parse('2026-02-28T21:00:00.000Z') + index * 4_799_999),
    amount: BigInt(Number.MAX_SAFE_INTEGER - index),
    cost: BigInt(index) - 5n,
  }));
  await add(records);
  expect(await read()).toEqual(
    records.map(({ amount, cost, ...record }) => ({ ...record, amount: Number(amount), cost: Number(cost) })),
  );
});

test('records are those of the moment when it was opened, and come after the transaction has ended', async () => {
  await add([{ peer: 'before' }]);
  const opened = await open();
  await add([{ recordId: 'later', peer: 'later' }]);
  const peers = [];
  for await (const batch of opened.batches()) for (const { peer } of batch) peers.push(peer);
  expect(peers).toEqual(['before']);
});

test('whoever stops early, fails or never begins leaves no connection', async () => {
  await add(Array.from({ length: 20_001 }, () => ({})));
  for await (const batch of (await open()).batches()) if (batch.length) break;
  const failing = (async () => {
    for await (const batch of (await open()).batches()) throw new Error(`${batch.length > 0}`);
  })();
  await expect(failing).rejects.toThrow('true');
  (await open()).end();
  await vi.waitUntil(async () => (await connections()) === 0, { timeout: 60_000 });
});

test('a connection that is lost on the way is an error, not an end', async () => {
  await add(Array.from({ length: 20_001 }, () => ({ peer: 'x'.repeat(64) })));
  const opened = await open();
  const reading = (async () => {
    for await (const batch of opened.batches())
      if (batch.length)
        await product.app.db.$executeRaw`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'internet-assistant copy' AND datname = current_database()`;
  })();
  await expect(reading).rejects.toThrow(/terminat/);
});
