import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clearAwayHandler } from '../../src/upkeep/clear-away.ts';
import { addRecords } from '../../src/usage/add-records.ts';
import { ensureParts, monthOf, oldestMonth } from '../../src/usage/parts.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false, patience: { statementMs: 2_000 } });
});
afterAll(() => product.stop());

const ago = ({ minutes = 0, hours = 0, days = 0 }) =>
  new Date(product.clock.now().getTime() - ((days * 24 + hours) * 60 + minutes) * 60_000);
const clear = () => clearAwayHandler(product.app).run({});

test('a used captcha is remembered longer than it could be used by a process whose clock is behind', async () => {
  const [fresh, old] = [randomUUID(), randomUUID()];
  await product.app.db.usedCaptcha.createMany({
    data: [
      { id: fresh, expiresAt: ago({ minutes: 1 }) },
      { id: old, expiresAt: ago({ days: 2 }) },
    ],
  });
  await clear();
  expect((await product.app.db.usedCaptcha.findMany()).map(({ id }) => id)).toEqual([fresh]);
});

test('what limits still need stays: turns of today, a pause, a number that is locked or was opened anew', async () => {
  const { turns, tries } = product.app.db;
  await turns.createMany({
    data: [
      { subject: 'today', at: [ago({ hours: 23 }), ago({ hours: 30 })] },
      { subject: 'yesterday', at: [ago({ hours: 25 })] },
      { subject: 'never', at: [] },
    ],
  });
  const row = { inFlight: 0, since: ago({ days: 3 }), onlyAfter: null };
  await tries.createMany({
    data: [
      { ...row, subject: 'in a pause', wrong: 5, lastAt: ago({ minutes: 10 }) },
      { ...row, subject: 'forgotten', wrong: 5, lastAt: ago({ hours: 25 }) },
      { ...row, subject: 'locked', wrong: 20, lastAt: ago({ days: 3 }) },
      { ...row, subject: 'opened anew', wrong: 0, lastAt: ago({ days: 3 }), onlyAfter: ago({ days: 3 }) },
    ],
  });
  await clear();
  expect((await turns.findMany()).map(({ subject }) => subject)).toEqual(['today']);
  expect((await tries.findMany()).map(({ subject }) => subject).toSorted()).toEqual([
    'in a pause',
    'locked',
    'opened anew',
  ]);
});

test('more than one statement takes at once goes all the same, and what fails keeps nothing else', async () => {
  const { db, files, log } = product.app;
  await db.usedCaptcha.deleteMany();
  await db.usedCaptcha.createMany({
    data: Array.from({ length: 5_001 }, () => ({ id: randomUUID(), expiresAt: ago({ days: 2 }) })),
  });
  const { id: subscriberId } = await newLine(db);
  const long = ago({ days: 9 });
  const times = { from: long, to: long, dataCompleteThrough: long, createdAt: long, finishedAt: long };
  const file = { byteSize: 1, recordCount: 0, sha256: '0'.repeat(64), expiresAt: ago({ days: 2 }) };
  const made = { ...file, state: 'COMPLETED', fee: 0n, progress: 100 } as const;
  await db.detailOrder.create({
    data: { subscriberId, ...times, ...made, format: 'CSV', delivery: 'DOWNLOAD', language: 'en' },
  });
  const broken = { ...files, remove: () => Promise.reject(new Error('no store')) };
  await expect(clearAwayHandler({ ...product.app, files: broken, log }).run({})).rejects.toThrow(
    'Not cleared away: files',
  );
  expect(await db.usedCaptcha.count()).toBe(0);
  await clear();
  expect(await db.detailOrder.findFirst({ where: { subscriberId } })).toMatchObject({
    fileRemovedAt: expect.any(Date),
  });
});

test('no statement takes more than a portion, however much there is', async () => {
  const { db } = product.app;
  await db.usedCaptcha.deleteMany();
  await db.usedCaptcha.createMany({
    data: Array.from({ length: 10_001 }, () => ({ id: randomUUID(), expiresAt: ago({ days: 2 }) })),
  });
  const portions: number[] = [];
  const counting = db.$extends({
    query: {
      $executeRaw: async ({ args, query }) => {
        const removed: number = await query(args);
        portions.push(removed);
        return removed;
      },
    },
  });
  await clearAwayHandler({ ...product.app, db: counting as never }).run({});
  expect(portions.filter((removed) => removed > 0)).toEqual([5_000, 5_000, 1]);
});

test('events go after a week, but for those of orders that are still open', async () => {
  const { app } = product;
  const { id: subscriberId } = await newLine(app.db);
  const [open, ended] = [await addOrder(app, subscriberId), await addOrder(app, subscriberId, 'WEATHER')];
  for (const orderId of [open, ended]) await addEvents(app, { subscriberId, orderId, count: 2 });
  await app.db.event.updateMany({ where: { subscriberId }, data: { occurredAt: ago({ days: 8 }) } });
  const where = { subscriberId_id: { subscriberId, id: ended } };
  await app.db.serviceOrder.update({ where, data: { state: 'COMPLETED', finishedAt: ago({ days: 8 }) } });
  await clear();
  const kept = await app.db.event.findMany({ where: { subscriberId } });
  expect(kept.map(({ orderId }) => orderId)).toEqual([open, open]);
});

test('a row that somebody has is not waited for, and goes with the next run', async () => {
  const { db } = product.app;
  const row = { inFlight: 0, since: ago({ days: 3 }), onlyAfter: null, wrong: 1, lastAt: ago({ days: 3 }) };
  await db.tries.createMany({ data: ['held', 'free'].map((subject) => ({ ...row, subject })) });
  const left = () => db.tries.count({ where: { subject: { in: ['held', 'free'] } } });
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM tries WHERE subject = 'held' FOR UPDATE`;
    await clear();
    expect(await left()).toBe(1);
  });
  await clear();
  expect(await left()).toBe(0);
});

test('a pause that is set longer than a day is kept for its length', async () => {
  const config = { ...product.app.config, SIGN_IN_PAUSE_MINUTES: 3 * 1_440 };
  const row = { inFlight: 0, since: ago({ days: 3 }), onlyAfter: null, wrong: 5 };
  await product.app.db.tries.create({ data: { ...row, subject: 'long pause', lastAt: ago({ days: 2 }) } });
  await clearAwayHandler({ ...product.app, config }).run({});
  expect(await product.app.db.tries.count({ where: { subject: 'long pause' } })).toBe(1);
});

test('of a line’s passwords those go that nobody could be told about any more, never the one that stands', async () => {
  const { id: subscriberId } = await newLine(product.app.db);
  const password = (
    status: 'STANDING' | 'PENDING' | 'SUPERSEDED' | 'RETIRED' | 'PREPARED',
    days: number,
  ) => ({
    subscriberId,
    status,
    origin: 'SMS' as const,
    hash: `${status} of ${days} days`,
    createdAt: ago({ days }),
    expiresAt: ago({ days }),
  });
  await product.app.db.password.createMany({
    data: [
      password('STANDING', 400),
      password('PENDING', 3),
      ...(['SUPERSEDED', 'RETIRED', 'PREPARED'] as const).flatMap((status) => [
        password(status, 1),
        password(status, 3),
      ]),
    ],
  });
  await clear();
  const left = await product.app.db.password.findMany({ where: { subscriberId } });
  expect(left.map(({ hash }) => hash).toSorted()).toEqual([
    'PREPARED of 1 days',
    'RETIRED of 1 days',
    'STANDING of 400 days',
    'SUPERSEDED of 1 days',
  ]);
});

test('live sessions stay, and those that ended not long ago', async () => {
  const { id: subscriberId } = await newLine(product.app.db);
  const session = (client: string, expiresAt: Date, endedAt: Date | null = null) => ({
    subscriberId,
    client,
    createdAt: ago({ days: 80 }),
    lastSeenAt: ago({ days: 1 }),
    expiresAt,
    endedAt,
  });
  await product.app.db.session.createMany({
    data: [
      session('live', ago({ days: -6 })),
      session('ended lately', ago({ days: 1 }), ago({ days: 1 })),
      session('ended long ago', ago({ days: -6 }), ago({ days: 31 })),
      session('ran out long ago', ago({ days: 31 })),
    ],
  });
  await clear();
  const left = await product.app.db.session.findMany({ where: { subscriberId }, orderBy: { client: 'asc' } });
  expect(left.map(({ client }) => client)).toEqual(['ended lately', 'live']);
});

test('usage records of months that are kept no longer go, also where that was broken off; their totals stay', async () => {
  const { db, clock } = product.app;
  const { id: subscriberId } = await newLine(db);
  const parts = async () =>
    (
      await db.$queryRaw<{ name: string }[]>`
        SELECT relname::text AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'usage_parts' AND relkind = 'r' AND relname < 'records_2024' ORDER BY 1`
    ).map(({ name }) => name);
  const record = { subscriberId, kind: 'SMS', peer: 'x', amount: 1n, cost: 0n } as const;
  const kept = oldestMonth(product.app.config, clock.now());
  const ats = [
    '2023-01-10T00:00:00Z',
    '2023-02-10T00:00:00Z',
    '2023-03-10T00:00:00Z',
    `${kept}-01T00:00:00Z`,
  ];
  const records = ats.map((at, i) => ({ ...record, at: new Date(at), recordId: String(i) }));
  await ensureParts(
    db,
    records.map(({ at }) => monthOf(at)),
  );
  await db.$transaction((tx) => addRecords(tx, records));
  await db.$executeRaw`ALTER TABLE usage_records DETACH PARTITION usage_parts.records_2023_02`;
  expect(await parts()).toEqual(['records_2023_01', 'records_2023_02', 'records_2023_03']);
  // Somebody who reads keeps the first from being detached for as long as a statement may take
  const reads = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const reader = db.$transaction(
    async (tx) => {
      await tx.usageRecord.count();
      reading.resolve();
      await reads.promise;
    },
    { timeout: 60_000 },
  );
  await reading.promise;
  await expect(clear()).rejects.toThrow('usage records');
  expect(await parts()).toContain('records_2023_01');
  reads.resolve();
  await reader;
  await clear();
  expect(await parts()).toEqual([]);
  expect(await db.usageRecord.findMany({ where: { subscriberId } })).toMatchObject([{ recordId: '3' }]);
  expect(await db.usageMonth.count({ where: { subscriberId } })).toBe(4);
});
