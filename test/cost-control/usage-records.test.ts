import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Day } from '../../src/calendar.ts';
import { usageRecords } from '../../src/cost-control/usage-records.ts';
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

async function read(): Promise<StatementRecord[]> {
  const batches: StatementRecord[][] = [];
  for await (const batch of usageRecords(product.app.db, line, period)) batches.push(batch);
  return batches.flat();
}

test('each record comes once and in order, also where thousands are of one moment', async () => {
  const count = 9_001;
  await add(Array.from({ length: count }, (_, index) => ({ amount: BigInt(index) })));
  expect((await read()).map(({ amount }) => Number(amount))).toEqual(
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
    amount: 9_007_199_254_740_993n - BigInt(index),
    cost: BigInt(index) - 5n,
  }));
  await add(records);
  expect(await read()).toEqual(records);
});

test('what stands between the values on their way is shown as what cannot be shown', async () => {
  await add([{ peer: 'a\u001Fb\u001F' }, { peer: 'c' }]);
  expect((await read()).map(({ peer }) => peer)).toEqual(['a\uFFFDb\uFFFD', 'c']);
});

test('no record, no batch; and whoever stops early leaves nothing under way', async () => {
  expect(await read()).toEqual([]);
  await add(Array.from({ length: 9_001 }, () => ({})));
  await product.app.db.$transaction(async (tx) => {
    for await (const batch of usageRecords(tx, line, period)) if (batch.length) break;
    expect(await tx.usageRecord.count({ where: { subscriberId: line.id } })).toBe(9_001);
  });
});
