import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { addDays, dayOf, toColumn } from '../../src/calendar.ts';
import {
  ActivateServiceDocument,
  DetailOrderUpdatedDocument,
  OrderDetailDocument,
  RequestSmsPasswordDocument,
} from '../../src/generated/operations.ts';
import { takeRecurringFeesHandler } from '../../src/ledger/take-fees.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import type { PhoneNumber } from '../../src/phone-number.ts';
import { PlainError } from '../../src/ports/plain-error.ts';
import {
  lineResumed,
  lineSuspended,
  numberChanged,
  ownerChanged,
  ownerCorrected,
  signedOutEverywhere,
  simChanged,
} from '../../src/subscriber/line-changes.ts';
import { addRecords } from '../../src/usage/add-records.ts';
import { ensureParts, monthOf } from '../../src/usage/parts.ts';
import { isPassport } from '../../src/subscriber/passport.ts';
import { all, type Client } from '../support/client.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000006';
let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ seconds: 61 }));

const line = () => product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } });

/** Where a statement can be fetched without a further sign-in. */
async function fileOf(client: Client): Promise<URL> {
  const day = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: day, to: day, format: 'CSV', idempotencyKey: 'a file' } as const;
  const { orderDetail } = await client.run(OrderDetailDocument, { input });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  const told = client.overWebSocket(DetailOrderUpdatedDocument, { orderId: orderDetail.order.id });
  const { downloadUrl } = (await all(told)).at(-1)!.detailOrderUpdated.order;
  return new URL(new URL(downloadUrl!).pathname, product.url);
}

test('a device that signed in for the former owner is a stranger’s to the new one', async () => {
  const PHONE_OF_BOTH = '+79160000002';
  const former = product.client();
  const { tokens } = await former.trySignIn(
    PHONE_OF_BOTH,
    (await former.receivePassword(PHONE_OF_BOTH)).password,
  );
  const { id } = await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE_OF_BOTH } });
  await ownerChanged(product.app, id, { fullName: 'Новая Владелица', passport: undefined });
  const { deviceToken } = tokens;
  for (let i = 0; i < 5; i++) await former.trySignIn(PHONE_OF_BOTH, 'WRONGPAS', { deviceToken });
  // Counted as any stranger's: its address has no try left
  expect((await former.trySignIn(PHONE_OF_BOTH, 'WRONGPAS')).__typename).toBe('SignInLocked');
});

test('a device that has signed in for the new owner is known, and the former one’s brings no more SMS', async () => {
  const PHONE_OF_BOTH = '+79160000003';
  const { app, clock } = product;
  const former = product.client();
  const { password } = await former.receivePassword(PHONE_OF_BOTH);
  const { tokens: before } = await former.trySignIn(PHONE_OF_BOTH, password);
  const { id } = await app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE_OF_BOTH } });
  await ownerChanged(app, id, { fullName: 'Новая Владелица', passport: undefined });
  clock.advance({ seconds: 61 });
  const next = product.client();
  const { password: own } = await next.receivePassword(PHONE_OF_BOTH);
  const { tokens } = await next.trySignIn(PHONE_OF_BOTH, own);
  for (let i = 0; i < 5; i++) await next.trySignIn(PHONE_OF_BOTH, 'WRONGPAS');
  const { deviceToken } = tokens;
  expect((await next.trySignIn(PHONE_OF_BOTH, own)).__typename).toBe('SignInLocked');
  expect((await next.trySignIn(PHONE_OF_BOTH, own, { deviceToken })).__typename).toBe('SignedIn');

  // All that a stranger may have sent in a day was sent
  const at = Array.from({ length: 6 }, (_, i) => new Date(clock.now().getTime() - (i + 1) * 3_600_000));
  await app.db.turns.update({ where: { subject: `sms/${PHONE_OF_BOTH}` }, data: { at } });
  const ask = async (token: string) => {
    const input = { phoneNumber: PHONE_OF_BOTH, ...(await next.solveCaptcha()), deviceToken: token };
    return (await next.run(RequestSmsPasswordDocument, { input })).requestSmsPassword.__typename;
  };
  expect(await ask(before.deviceToken)).toBe('TooManyRequests');
  expect(await ask(deviceToken)).toBe('SmsPasswordRequested');
});

test('a new owner finds nothing of the former one: no session, no password, no link, another passport', async () => {
  const former = product.client('en');
  const password = await former.signIn(PHONE);
  const file = await fileOf(former);
  expect((await fetch(file)).status).toBe(200);
  const { id } = await line();
  await ownerChanged(product.app, id, {
    fullName: 'Новая Владелица',
    passport: { series: '4511', number: '123456' },
  });
  expect((await former.query('{ me { id } }')).status).toBe(401);
  expect((await former.trySignIn(PHONE, password)).__typename).toBe('InvalidCredentials');
  expect((await fetch(file)).status).toBe(404);
  const { passport, fullName } = await line();
  expect(fullName).toBe('Новая Владелица');
  expect(isPassport(product.app.secrets, id, { number: '4511123456' }, passport)).toBe(true);
  expect(isPassport(product.app.secrets, id, { series: '4510', number: '000001' }, passport)).toBe(false);
  product.clock.advance({ seconds: 61 });
  const next = product.client('en');
  await next.signIn(PHONE);
  expect((await next.query('{ me { fullName } }')).data.me.fullName).toBe('Новая Владелица');
});

/** All that a line tells of what was done and used on it. */
const HISTORY = `query ($from: Date!, $to: Date!) { me {
  detailOrders { totalCount } serviceOrders { totalCount } tariffChanges { totalCount }
  charges { totalCount edges { node { id } } } spending(from: $from, to: $to) { total { amount } lines { kind } }
  tariffAdvice(months: 6) { monthsReplayed } } }`;

test('a new owner is told nothing of what the former one did and used, nor is anything mailed to that one any more', async () => {
  const PHONE_OF_BOTH = '+79160000001';
  const { app, clock } = product;
  const send = vi
    .spyOn(app.mail, 'send')
    .mockResolvedValue({ outcome: 'REFUSED', reason: 'greylisted', permanent: false });
  const { id } = await app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE_OF_BOTH } });
  const former = product.client('en');
  await former.signIn(PHONE_OF_BOTH);
  const today = dayOf(clock.now(), 'Europe/Moscow');
  const period = { from: addDays(today, -20), to: addDays(today, -10) };
  const { orderDetail } = await former.run(OrderDetailDocument, {
    input: {
      ...period,
      format: 'CSV',
      delivery: 'EMAIL',
      email: 'former@example.com',
      idempotencyKey: 'his',
    },
  });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  await expect.poll(() => send.mock.calls.length).toBeGreaterThan(0);
  const asked = { from: addDays(today, -90), to: today };
  const before = (await former.query(HISTORY, asked)).data.me;
  expect(before.charges.totalCount).toBeGreaterThan(0);
  expect(before.spending.lines).not.toEqual([]);
  expect(before.tariffAdvice).not.toEqual([]);

  await ownerChanged(app, id, { fullName: 'Новая Владелица', passport: undefined });
  const mailed = send.mock.calls.length;
  clock.advance({ minutes: 30 });
  const owner = product.client('en');
  await owner.signIn(PHONE_OF_BOTH);
  const nothing = { totalCount: 0 };
  expect((await owner.query(HISTORY, asked)).data.me).toEqual({
    detailOrders: nothing,
    serviceOrders: nothing,
    tariffChanges: nothing,
    charges: { ...nothing, edges: [] },
    spending: { total: { amount: '0.00' }, lines: [] },
    tariffAdvice: [],
  });
  const { data } = await owner.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [orderDetail.order.id, before.charges.edges[0].node.id],
  });
  expect(data.nodes).toEqual([null, null]);
  const again = await owner.run(OrderDetailDocument, {
    input: { ...period, format: 'CSV', idempotencyKey: 'his' },
  });
  expect(again.orderDetail).toMatchObject({ __typename: 'InvalidPeriod', earliest: addDays(today, 1) });
  expect(await app.db.detailOrder.findMany({ where: { subscriberId: id } })).toMatchObject([
    { state: 'CANCELLED' },
  ]);
  expect(send.mock.calls.length).toBe(mailed);
  send.mockRestore();
});

test('what the former owner used and the network tells of later is charged, and shown to nobody', async () => {
  const { app, clock } = product;
  const { id, phoneNumber } = await newLine(app.db);
  await ownerChanged(app, id, { fullName: 'Новая Владелица', passport: undefined });
  const at = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);
  const call = { subscriberId: id, kind: 'CALL', peer: '+79161234567', amount: 60n } as const;
  await ensureParts(app.db, [monthOf(at(-60)), monthOf(at(60))]);
  const records = [
    { ...call, at: at(-60), recordId: 'before', cost: 2_00n },
    { ...call, at: at(60), recordId: 'after', cost: 3_00n },
  ];
  await app.db.$transaction((tx) => addRecords(tx, records));
  const owner = product.client('en');
  owner.token = await openSession(app, phoneNumber);
  const { me } = (
    await owner.query('{ me { balance { amount } charges { edges { node { amount { amount } } } } } }')
  ).data;
  expect(me.balance.amount).toBe('-5.00');
  expect(me.charges.edges).toEqual([{ node: { amount: { amount: '3.00' } } }]);
});

test('a changed SIM is remembered with its moment', async () => {
  const { id } = await line();
  await simChanged(product.app, id);
  expect((await line()).simChangedAt).toEqual(expect.any(Date));
  expect(product.clock.now().getTime() - (await line()).simChangedAt!.getTime()).toBeLessThan(60_000);
});

test('a suspended line can order nothing and pays nothing, and is back when it has paid the latest of each fee', async () => {
  const { app, clock } = product;
  const services = { create: { serviceCode: 'CALLER_ID', activeSince: new Date('2024-01-01') } };
  const { id, phoneNumber } = await newLine(app.db, { services });
  const taken = async () => {
    const where = { subscriberId: id, period: { not: null } };
    const entries = await app.db.ledgerEntry.findMany({ where, orderBy: { causeId: 'asc' } });
    return entries.map(({ causeId }) => causeId);
  };
  const owner = product.client();
  owner.token = await openSession(app, phoneNumber);
  const activate = async () => {
    const input = { serviceCode: 'WEATHER', idempotencyKey: crypto.randomUUID() };
    return (await owner.run(ActivateServiceDocument, { input })).activateService.__typename;
  };
  await lineSuspended(app, id);
  await topUp(app, { subscriberId: id, amount: 1_00n, reference: 'first' });
  expect(await activate()).toBe('LineSuspended');
  const later = { ...app, clock: { now: () => new Date(clock.now().getTime() + 40 * 86_400_000) } };
  await takeRecurringFeesHandler(later).run({});
  expect(await taken()).toEqual([]);
  expect(await lineResumed(later, id)).toBe(false);
  expect(await activate()).toBe('LineSuspended');
  await topUp(later, { subscriberId: id, amount: 10_000_00n, reference: 'second' });
  expect(await taken()).toEqual(['CALLER_ID', 'SMART']);
  expect(await activate()).toBe('ServiceOrderAccepted');
  await lineSuspended(later, id);
  expect(await lineResumed(later, id)).toBe(true);
});

test.each([
  ['suspended', (app: Running['app'], id: string) => lineSuspended(app, id)],
  [
    'somebody else’s',
    (app: Running['app'], id: string) => ownerChanged(app, id, { fullName: 'Новая', passport: undefined }),
  ],
])('days that nobody came to charge are paid before a line is %s', async (_what, change) => {
  const { app, clock } = product;
  const today = dayOf(clock.now(), 'Europe/Moscow');
  const services = { create: { serviceCode: 'WEATHER', activeSince: new Date('2024-01-01') } };
  const { id } = await newLine(app.db, { services, feesThrough: toColumn(addDays(today, -2)) });
  await topUp(app, { subscriberId: id, amount: 10_000_00n, reference: 'first' });
  await app.db.subscriber.update({ where: { id }, data: { feesThrough: toColumn(addDays(today, -2)) } });
  await app.db.ledgerEntry.deleteMany({ where: { subscriberId: id, period: { not: null } } });
  await change(app, id);
  const entries = await app.db.ledgerEntry.findMany({ where: { subscriberId: id, causeId: 'WEATHER' } });
  expect(entries).toHaveLength(2);
});

test('a line that is resumed has not to pay again for days that were paid for', async () => {
  const { app, clock } = product;
  const feesThrough = toColumn(addDays(dayOf(clock.now(), 'Europe/Moscow'), 3));
  const { id } = await newLine(app.db, { feesThrough });
  await lineSuspended(app, id);
  expect(await lineResumed(app, id)).toBe(true);
  expect((await app.db.subscriber.findUniqueOrThrow({ where: { id } })).feesThrough).toEqual(feesThrough);
});

test('a stolen phone is signed out: no session, link or password of it opens anything, and its owner signs in by SMS', async () => {
  const { id, phoneNumber } = await newLine(product.app.db);
  const owner = product.client();
  const password = await owner.signIn(phoneNumber);
  const file = await fileOf(owner);
  expect((await fetch(file)).status).toBe(200);
  await signedOutEverywhere(product.app, id);
  expect((await owner.query('{ me { id } }')).status).toBe(401);
  expect((await fetch(file)).status).toBe(404);
  expect((await owner.trySignIn(phoneNumber, password)).__typename).toBe('InvalidCredentials');
  product.clock.advance({ seconds: 61 });
  await product.client().signIn(phoneNumber);
});

test('another number takes everything of the line with it, and is never somebody else’s', async () => {
  const { app } = product;
  const { id, phoneNumber } = await newLine(app.db);
  const owner = product.client();
  owner.token = await openSession(app, phoneNumber);
  await expect(numberChanged(app, id, PHONE as PhoneNumber)).rejects.toThrow(PlainError);
  await numberChanged(app, id, '+79269990001' as PhoneNumber);
  const { data } = await owner.query('{ me { phoneNumber } }');
  expect(data.me.phoneNumber).toBe('+79269990001');
});

test('a name or a passport that was written down wrongly is put right, and nothing else changes', async () => {
  const { app } = product;
  const { id, phoneNumber } = await newLine(app.db);
  const owner = product.client();
  owner.token = await openSession(app, phoneNumber);
  await ownerCorrected(app, id, { fullName: 'Щербакова Юлия' });
  await ownerCorrected(app, id, { passport: { number: '4511 654321' } });
  const { data } = await owner.query('{ me { fullName } }');
  expect(data.me.fullName).toBe('Щербакова Юлия');
  const { passport } = await app.db.subscriber.findUniqueOrThrow({ where: { id } });
  expect(isPassport(app.secrets, id, { series: '4511', number: '654321' }, passport)).toBe(true);
  await expect(ownerCorrected(app, id, { passport: { number: '-' } })).rejects.toThrow(PlainError);
});
