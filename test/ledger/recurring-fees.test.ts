import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addDays, type Day, dayOf, fromColumn, toColumn } from '../../src/calendar.ts';
import { move } from '../../src/ledger/move.ts';
import { takeRecurringFeesHandler } from '../../src/ledger/take-fees.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { finishOrder } from '../../src/orders/finish-order.ts';
import { lockLine } from '../../src/orders/lock-line.ts';
import { serviceOrders } from '../../src/services/service-orders.ts';
import { tariffChanges } from '../../src/tariffs/tariff-changes.ts';
import { newLine } from '../support/lines.ts';
import { sendNoticeHandler } from '../../src/sms/send-notice.ts';
import { type Running, startProduct } from '../support/running.ts';

const ZONE = 'Europe/Moscow';
let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

/** A line of its own, whose fees were taken through the day before `from`. */
async function aLine(
  from: string,
  {
    balance = 0n,
    tariffCode = 'SMART',
    services = {},
    timeZone = ZONE,
  }: { balance?: bigint; tariffCode?: string; services?: Record<string, string>; timeZone?: string } = {},
): Promise<string> {
  const { db } = product.app;
  const { id } = await newLine(db, {
    timeZone,
    tariffCode,
    activatedAt: new Date(`${from}T00:00:00Z`),
    feesThrough: toColumn(addDays(from as Day, -1)),
    services: {
      create: Object.entries(services).map(([serviceCode, since]) => ({
        serviceCode,
        activeSince: new Date(since),
      })),
    },
  });
  if (balance) await topUp(product.app, { subscriberId: id, amount: balance, reference: 'first' });
  return id;
}

/** The hour's job, as if it were this moment. */
async function runAt(moment: string): Promise<void> {
  const app = { ...product.app, clock: { now: () => new Date(moment) } };
  await takeRecurringFeesHandler(app).run({});
}

const taken = async (subscriberId: string) =>
  (
    await product.app.db.ledgerEntry.findMany({
      where: { subscriberId, amount: { lt: 0n } },
      orderBy: [{ period: 'asc' }, { causeId: 'asc' }],
    })
  ).map(({ causeId, period, amount }) => [causeId, fromColumn(period!), Number(amount)]);

const stands = (id: string) =>
  product.app.db.subscriber.findUniqueOrThrow({
    where: { id },
    select: { status: true, unpaid: true, balance: true },
  });

// Only the lines of the test at hand: the demo operator's stay as they are
beforeEach(async () => {
  await product.app.db.subscriber.updateMany({ data: { feesThrough: toColumn('2099-01-01' as Day) } });
});

const monthlyFee = () => product.app.catalogue.current().tariff('SMART')!.monthlyFee;
const feeOf = (code: string) => product.app.catalogue.current().service(code)!.recurringFee;

describe('what falls due', () => {
  test('the tariff’s fee on the first of the month, a daily service’s every day after it was connected', async () => {
    const id = await aLine('2026-10-30', {
      balance: 10_000_00n,
      services: { CALLER_ID: '2026-10-30T12:00:00+03:00' },
    });
    expect(product.app.catalogue.current().service('CALLER_ID')!.recurrence).toBe('DAILY');
    await runAt('2026-11-02T12:00:00+03:00');
    const fee = -Number(feeOf('CALLER_ID'));
    expect(await taken(id)).toEqual([
      ['CALLER_ID', '2026-10-31', fee],
      ['CALLER_ID', '2026-11-01', fee],
      ['SMART', '2026-11-01', -Number(monthlyFee())],
      ['CALLER_ID', '2026-11-02', fee],
    ]);
  });

  test('a monthly service’s from the day after it was connected, on the same day or the month’s last', async () => {
    const code = product.app.catalogue
      .current()
      .services.find(({ recurrence }) => recurrence === 'MONTHLY')!.code;
    const id = await aLine('2027-01-30', {
      balance: 10_000_00n,
      tariffCode: 'PER_SECOND',
      services: { [code]: '2027-01-30T10:00:00+03:00' },
    });
    await runAt('2027-04-30T10:00:00+03:00');
    const days = (await taken(id)).filter(([causeId]) => causeId === code).map(([, day]) => day);
    expect(days).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']);
  });

  test('a line’s day begins at its own midnight', async () => {
    const east = await aLine('2026-11-10', {
      balance: 100_00n,
      services: { CALLER_ID: '2026-01-01T00:00:00Z' },
      timeZone: 'Asia/Vladivostok',
    });
    const west = await aLine('2026-11-10', {
      balance: 100_00n,
      services: { CALLER_ID: '2026-01-01T00:00:00Z' },
      timeZone: 'Europe/Kaliningrad',
    });
    await runAt('2026-11-09T20:00:00Z');
    expect(await taken(east)).toHaveLength(1);
    expect(await taken(west)).toHaveLength(0);
    expect(dayOf(new Date('2026-11-09T20:00:00Z'), 'Asia/Vladivostok')).toBe('2026-11-10');
  });
});

describe('exactly once', () => {
  test('however often, and by how many at once, the job runs', async () => {
    const id = await aLine('2026-10-28', {
      balance: 10_000_00n,
      services: { CALLER_ID: '2026-01-01T00:00:00Z' },
    });
    await Promise.all(Array.from({ length: 6 }, () => runAt('2026-11-02T12:00:00+03:00')));
    await runAt('2026-11-02T23:00:00+03:00');
    expect(await taken(id)).toHaveLength(7);
    const { balance } = await stands(id);
    expect(balance).toBe(10_000_00n - monthlyFee() - 6n * feeOf('CALLER_ID'));
  });

  test('however many lines there are, and although one of them cannot be charged, of which the run tells', async () => {
    const services = { CALLER_ID: '2026-11-01T12:00:00Z' };
    const ids = await Promise.all(
      Array.from({ length: 260 }, () => aLine('2026-11-20', { balance: 100_00n, services })),
    );
    const [spoilt, ...others] = ids as [string, ...string[]];
    const day = toColumn('2026-11-20' as Day);
    const booked = { kind: 'SERVICE_FEES', cause: 'SUBSCRIBER_SERVICE', causeId: 'CALLER_ID' } as const;
    await product.app.db.$transaction((tx) =>
      move(tx, { subscriberId: spoilt, at: new Date(), amount: -1n, ...booked, period: day }),
    );
    await expect(runAt('2026-11-20T10:00:00Z')).rejects.toThrow('The fees of 1 lines');
    const paid = await product.app.db.ledgerEntry.groupBy({
      by: ['subscriberId'],
      where: { subscriberId: { in: others }, amount: { lt: 0 } },
      _count: true,
    });
    expect(paid).toHaveLength(others.length);
    expect(paid.every(({ _count }) => _count === 1)).toBe(true);
    const inTheWay = { subscriberId: spoilt, amount: -1n };
    await product.app.db.ledgerEntry.updateMany({ where: inTheWay, data: { period: null } });
    await runAt('2026-11-20T11:00:00Z');
    expect(await product.app.db.ledgerEntry.count({ where: { subscriberId: spoilt, period: day } })).toBe(1);
  });

  test('whoever holds one line keeps the others from theirs for seconds at the most', async () => {
    const services = { CALLER_ID: '2026-11-01T12:00:00Z' };
    const [held, other] = [
      await aLine('2026-11-20', { balance: 100_00n, services }),
      await aLine('2026-11-20', { balance: 100_00n, services }),
    ];
    const [isHeld, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = product.app.db.$transaction(
      async (tx) => {
        await lockLine(tx, held);
        isHeld.resolve();
        await letGo.promise;
      },
      { timeout: 60_000 },
    );
    await isHeld.promise;
    await expect(runAt('2026-11-20T10:00:00Z')).rejects.toThrow('The fees of 1 lines');
    expect(await taken(other)).toHaveLength(1);
    letGo.resolve();
    await holder;
    await runAt('2026-11-20T11:00:00Z');
    expect(await taken(held)).toHaveLength(1);
  });

  test('every day of a downtime, in one run', async () => {
    const id = await aLine('2026-08-01', {
      balance: 100_000_00n,
      services: { CALLER_ID: '2026-01-01T00:00:00Z' },
    });
    await runAt('2026-11-02T12:00:00+03:00');
    const rows = await taken(id);
    expect(rows.filter(([causeId]) => causeId === 'SMART').map(([, day]) => day)).toEqual([
      '2026-08-01',
      '2026-09-01',
      '2026-10-01',
      '2026-11-01',
    ]);
    expect(rows.filter(([causeId]) => causeId === 'CALLER_ID')).toHaveLength(94);
  });
});

describe('a line that cannot pay', () => {
  test('is suspended, says so by SMS, pays nothing more, and comes back with a top-up that is enough', async () => {
    const id = await aLine('2026-10-31', { balance: 10_00n });
    await runAt('2026-11-05T12:00:00+03:00');
    expect(await stands(id)).toEqual({ status: 'SUSPENDED', unpaid: true, balance: 10_00n });
    const told = await product.app.db.$queryRaw<{ notice: string }[]>`
      SELECT data->>'notice' AS notice FROM pgboss.job WHERE data->>'subscriberId' = ${id}`;
    expect(told).toEqual([{ notice: 'LINE_SUSPENDED' }]);
    await runAt('2026-11-06T12:00:00+03:00');
    expect(await taken(id)).toEqual([]);

    const at = { ...product.app, clock: { now: () => new Date('2026-11-20T12:00:00+03:00') } };
    await topUp(at, { subscriberId: id, amount: 1_00n, reference: 'too little' });
    expect((await stands(id)).status).toBe('SUSPENDED');
    await topUp(at, { subscriberId: id, amount: monthlyFee(), reference: 'enough' });
    expect(await stands(id)).toEqual({ status: 'ACTIVE', unpaid: false, balance: 11_00n });
    expect(await taken(id)).toEqual([['SMART', '2026-11-01', -Number(monthlyFee())]]);
    await runAt('2026-11-20T13:00:00+03:00');
    expect(await taken(id)).toHaveLength(1);
  });

  test('after months pays the latest of each fee, not those of the time that it could not be used', async () => {
    const id = await aLine('2026-07-31', { services: { CALLER_ID: '2026-01-01T00:00:00Z' } });
    await runAt('2026-08-01T12:00:00+03:00');
    expect((await stands(id)).status).toBe('SUSPENDED');
    const at = { ...product.app, clock: { now: () => new Date('2026-11-20T12:00:00+03:00') } };
    await topUp(at, { subscriberId: id, amount: 10_000_00n, reference: 'at last' });
    expect(await taken(id)).toEqual([
      ['SMART', '2026-11-01', -Number(monthlyFee())],
      ['CALLER_ID', '2026-11-20', -Number(feeOf('CALLER_ID'))],
    ]);
  });

  test('that the operator suspended stays so, whatever is paid', async () => {
    const id = await aLine('2026-11-01');
    await product.app.db.subscriber.update({ where: { id }, data: { status: 'SUSPENDED' } });
    await topUp(product.app, { subscriberId: id, amount: 10_000_00n, reference: 'p' });
    expect((await stands(id)).status).toBe('SUSPENDED');
  });

  test('keeps what its open orders hold: they are not undone by a fee', async () => {
    const id = await aLine('2026-10-31', { balance: monthlyFee() + 10_00n });
    const order = {
      kind: 'ACTIVATE',
      serviceCode: 'CALL_FORWARDING',
      channel: 'SELF_CARE',
      language: 'ru',
    } as const;
    const placed = await product.app.db.serviceOrder.create({
      data: { ...order, subscriberId: id, fee: 30_00n, createdAt: new Date() },
    });
    await product.app.db.subscriber.update({ where: { id }, data: { held: 30_00n } });
    await runAt('2026-11-01T12:00:00+03:00');
    expect(await stands(id)).toEqual({ status: 'SUSPENDED', unpaid: true, balance: monthlyFee() + 10_00n });

    const at = { ...product.app, clock: { now: () => new Date('2026-11-01T13:00:00+03:00') } };
    await finishOrder(at, serviceOrders, placed, { state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK' });
    expect(await stands(id)).toEqual({ status: 'ACTIVE', unpaid: false, balance: 10_00n });
  });

  test('is none on a day that nothing falls due, whatever it owes for usage', async () => {
    const id = await aLine('2026-11-10');
    const { db } = product.app;
    const used = {
      subscriberId: id,
      at: new Date(),
      amount: -50n,
      kind: 'CALLS',
      cause: null,
      causeId: null,
    } as const;
    await db.$transaction((tx) => move(tx, used));
    await runAt('2026-11-15T12:00:00+03:00');
    expect(await stands(id)).toEqual({ status: 'ACTIVE', unpaid: false, balance: -50n });
  });
});

describe('what fell due before a line changed is paid as it was', () => {
  const midnightPast = (day: string) => ({
    ...product.app,
    clock: { now: () => new Date(`${day}T00:20:00+03:00`) },
  });
  const opened = { state: 'IN_PROGRESS', language: 'ru', fee: 0n, createdAt: new Date() } as const;

  test('a tariff’s month, before the change to a cheaper one', async () => {
    const { db, catalogue } = product.app;
    const id = await aLine('2026-11-01', { balance: 1_000_00n });
    const change = await db.tariffChange.create({
      data: { ...opened, subscriberId: id, fromTariffCode: 'SMART', toTariffCode: 'TALK', endsServices: [] },
    });
    await finishOrder(midnightPast('2026-11-01'), tariffChanges, change, { state: 'COMPLETED' });
    await runAt('2026-11-01T12:00:00+03:00');
    expect(catalogue.current().tariff('TALK')!.monthlyFee).not.toBe(monthlyFee());
    expect(await taken(id)).toEqual([['SMART', '2026-11-01', -Number(monthlyFee())]]);
  });

  test('days of a service that nobody came to charge, before it is removed', async () => {
    const id = await aLine('2026-11-11', { balance: 100_00n, services: { WEATHER: '2026-11-01T12:00:00Z' } });
    const order = await product.app.db.serviceOrder.create({
      data: { ...opened, subscriberId: id, kind: 'DEACTIVATE', serviceCode: 'WEATHER', channel: 'SELF_CARE' },
    });
    await finishOrder(midnightPast('2026-11-13'), serviceOrders, order, { state: 'COMPLETED' });
    await runAt('2026-11-20T12:00:00+03:00');
    expect((await taken(id)).map(([, day]) => day)).toEqual(['2026-11-11', '2026-11-12', '2026-11-13']);
  });

  test('a line that could not pay for what it is then rid of is open', async () => {
    const id = await aLine('2026-11-11', { services: { WEATHER: '2026-11-01T12:00:00Z' } });
    const order = await product.app.db.serviceOrder.create({
      data: { ...opened, subscriberId: id, kind: 'DEACTIVATE', serviceCode: 'WEATHER', channel: 'SELF_CARE' },
    });
    await finishOrder(midnightPast('2026-11-12'), serviceOrders, order, { state: 'COMPLETED' });
    expect(await product.app.db.subscriber.findUnique({ where: { id } })).toMatchObject({
      status: 'ACTIVE',
      unpaid: false,
    });
    const told: string[] = [];
    const send = async ({ text }: { text: string }) => (told.push(text), { outcome: 'UNKNOWN' });
    const app = { ...product.app, sms: { ...product.app.sms, send } as never };
    const notices = await app.db.$queryRaw<{ data: object }[]>`
      SELECT data FROM pgboss.job WHERE data->>'subscriberId' = ${id}`;
    for (const { data } of notices) await sendNoticeHandler(app).run(data);
    expect(notices).toHaveLength(2);
    expect(told).toEqual(['Ваш номер снова работает']);
  });
});

test('one payment is booked once, however often it is told and by how many at once', async () => {
  const id = await aLine('2026-11-01');
  const booked = await Promise.all(
    Array.from({ length: 8 }, () =>
      topUp(product.app, { subscriberId: id, amount: 5_00n, reference: 'same' }),
    ),
  );
  expect(booked.filter(Boolean)).toHaveLength(1);
  expect((await stands(id)).balance).toBe(5_00n);
});
