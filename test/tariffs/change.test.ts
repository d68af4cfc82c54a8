import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ActivateServiceDocument,
  ChangeTariffDocument,
  ChargesDocument,
  OrderByKeyDocument,
  QuoteTariffChangeDocument,
  TariffChangesDocument,
  TariffChangeUpdatedDocument,
} from '../../src/generated/operations.ts';
import { momentIn } from '../../src/messages/language.ts';
import { all, type Client } from '../support/client.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
beforeEach(() => {
  product.clock.advance({ seconds: 61 });
  product.app.devTools.network.steer({ hold: false, failureRate: 0 });
});

const quote = async (client: Client, tariffCode: string) =>
  (await client.run(QuoteTariffChangeDocument, { input: { tariffCode } })).quoteTariffChange;

async function quoteId(client: Client, tariffCode: string): Promise<string> {
  const quoted = await quote(client, tariffCode);
  if (quoted.__typename !== 'TariffQuote') throw new Error(quoted.__typename);
  return quoted.id;
}

const change = async (client: Client, id: string, idempotencyKey: string = crypto.randomUUID()) =>
  (await client.run(ChangeTariffDocument, { input: { quoteId: id, idempotencyKey } })).changeTariff;

async function changed(client: Client, id: string): Promise<string> {
  const placed = await change(client, id);
  if (placed.__typename !== 'TariffChangeAccepted') throw new Error(placed.__typename);
  return placed.change.id;
}

const followed = async (client: Client, changeId: string) =>
  (await all(client.overWebSocket(TariffChangeUpdatedDocument, { changeId }))).map(
    ({ tariffChangeUpdated }) => tariffChangeUpdated,
  );

const line = (phoneNumber: string) =>
  product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber }, include: { services: true } });
const onTariff = async (phoneNumber: string) => (await line(phoneNumber)).tariffCode;

test('asking for the same price on and on writes nothing more down', async () => {
  const { db } = product.app;
  const { id: subscriberId, phoneNumber } = await newLine(db);
  const client = product.client();
  client.token = await openSession(product.app, phoneNumber);
  for (let i = 0; i < 5; i++) expect((await quote(client, 'TALK')).__typename).toBe('TariffQuote');
  // Who asks anew later has the whole time again
  product.clock.advance({ minutes: 1 });
  const later = await quote(client, 'TALK');
  if (later.__typename !== 'TariffQuote') throw new Error(later.__typename);
  expect(Date.parse(later.expiresAt) - product.clock.now().getTime()).toBeGreaterThan(14.9 * 60_000);
  expect(await db.tariffQuote.count({ where: { subscriberId } })).toBe(1);
  product.clock.advance({ minutes: 15 });
  client.token = await openSession(product.app, phoneNumber);
  expect(await quoteId(client, 'TALK')).not.toBe(later.id);
});

test('another tariff, another fee and other services that end are another price', async () => {
  const { db } = product.app;
  const { id, phoneNumber } = await newLine(db, { activatedAt: product.clock.now() });
  const client = product.client();
  client.token = await openSession(product.app, phoneNumber);
  const ids = [await quoteId(client, 'TALK'), await quoteId(client, 'SMART_PLUS')];
  const activeSince = product.clock.now();
  const services = { create: { serviceCode: 'INTERNET_MINI', activeSince } };
  await db.subscriber.update({ where: { id }, data: { services } });
  ids.push(await quoteId(client, 'SMART_PLUS'));
  await db.subscriber.update({ where: { id }, data: { activatedAt: new Date('2020-01-01') } });
  const last = await quote(client, 'SMART_PLUS');
  expect(last).toMatchObject({
    tariff: { code: 'SMART_PLUS' },
    switchFee: { amount: '150.00' },
    endsServices: [{ code: 'INTERNET_MINI' }],
  });
  if (last.__typename !== 'TariffQuote') throw new Error(last.__typename);
  expect(new Set([...ids, last.id]).size).toBe(4);
});

test('a quote names the price, what ends and what would be saved; the change follows it to its end', async () => {
  const client = await product.signedIn('+79160000001');
  const quoted = await quote(client, 'SMART_PLUS');
  expect(quoted).toMatchObject({
    __typename: 'TariffQuote',
    tariff: { code: 'SMART_PLUS' },
    switchFee: { amount: '150.00' },
    endsServices: [{ code: 'INTERNET_MINI' }],
    advice: { monthsReplayed: 3, switchFee: { amount: '150.00' } },
  });
  if (quoted.__typename !== 'TariffQuote') return;
  expect(Date.parse(quoted.expiresAt) - product.clock.now().getTime()).toBeGreaterThan(14 * 60_000);
  product.app.devTools.network.steer({ hold: true });
  const changeId = await changed(client, quoted.id);
  expect(await line('+79160000001')).toMatchObject({ held: 150_00n, balance: 500_00n, tariffCode: 'SMART' });
  product.app.devTools.network.steer({ hold: false });
  const events = await followed(client, changeId);
  expect(events.at(-1)).toMatchObject({
    state: 'COMPLETED',
    change: { fromTariff: { code: 'SMART' }, toTariff: { code: 'SMART_PLUS' }, failure: null },
  });
  const after = await line('+79160000001');
  expect(after).toMatchObject({ held: 0n, balance: 350_00n, tariffCode: 'SMART_PLUS' });
  expect(after.services.map(({ serviceCode }) => serviceCode)).not.toContain('INTERNET_MINI');
  const { me } = await client.run(ChargesDocument, { first: 1 });
  expect(me!.charges.edges[0]!.node).toMatchObject({
    kind: 'TARIFF_FEES',
    description: 'Change to the tariff “Smart Plus”',
    amount: { amount: '150.00' },
    cause: { __typename: 'TariffChange', id: changeId },
  });
  await expect
    .poll(async () => (await client.smsTo('+79160000001'))[0]?.text)
    .toBe('Your tariff was changed. Not you? Call support');
  const list = await client.run(TariffChangesDocument);
  expect(list.me!.tariffChanges).toMatchObject({ totalCount: 1, edges: [{ node: { id: changeId } }] });
});

describe('refused beforehand', () => {
  test.each([
    ['+79160000001', 'NOTHING', 'TariffNotFound'],
    ['+79160000002', 'RED_ENERGY', 'TariffArchived'],
    ['+79160000002', 'SUPER_ZERO', 'SameTariff'],
    ['+79160000009', 'RED_ENERGY', 'SameTariff'],
    ['+79160000003', 'SMART', 'LineSuspended'],
  ])('%s to %s: %s', async (phoneNumber, tariffCode, kind) => {
    const client = await product.signedIn(phoneNumber);
    const quoted = await quote(client, tariffCode);
    expect(quoted.__typename).toBe(kind);
    expect((quoted as { message: string }).message).not.toBe('');
  });

  test('a change that would end what support alone removes is for support', async () => {
    await product.app.db.tariffService.create({
      data: { tariffCode: 'GUEST', serviceCode: 'CONTENT_BAN', carried: false },
    });
    const wake = () => product.app.db.$transaction((tx) => product.app.wakeUps.notify(tx, 'catalogue'));
    await wake();
    const guest = () => {
      const catalogue = product.app.catalogue.current();
      return catalogue.terms('GUEST', catalogue.service('CONTENT_BAN')!).carried;
    };
    await expect.poll(guest).toBe(false);
    expect(await quote(await product.signedIn('+79160000004'), 'GUEST')).toMatchObject({
      __typename: 'SupportOnly',
      supportPhone: '+78001000000',
    });
    await product.app.db.tariffService.deleteMany({
      where: { tariffCode: 'GUEST', serviceCode: 'CONTENT_BAN' },
    });
    await wake();
    await expect.poll(guest).toBe(true);
  });

  test('an open service order stands in the way of a change, and a change of every service order', async () => {
    const client = await product.signedIn('+79160000006');
    const id = await quoteId(client, 'SMART_MINI');
    product.app.devTools.network.steer({ hold: true });
    const input = { serviceCode: 'WEATHER', idempotencyKey: 'w' };
    await client.run(ActivateServiceDocument, { input });
    expect((await quote(client, 'SMART_MINI')).__typename).toBe('OrderInProgress');
    const answer = await client.query(
      'mutation ($input: ChangeTariffInput!) { changeTariff(input: $input) { ... on OrderInProgress { order { __typename ... on ServiceOrder { service { code } } } } } }',
      { input: { quoteId: id, idempotencyKey: 'c' } },
    );
    expect(answer.data.changeTariff.order).toEqual({
      __typename: 'ServiceOrder',
      service: { code: 'WEATHER' },
    });
    product.app.devTools.network.steer({ hold: false });
    const { db } = product.app;
    const { id: subscriberId } = await line('+79160000006');
    await expect.poll(() => db.serviceOrder.count({ where: { subscriberId, finishedAt: null } })).toBe(0);
    product.app.devTools.network.steer({ hold: true });
    const changeId = await changed(client, await quoteId(client, 'SMART_MINI'));
    expect((await quote(client, 'SENIOR')).__typename).toBe('OrderInProgress');
    const tapped = await client.run(ActivateServiceDocument, {
      input: { serviceCode: 'LOCATOR', idempotencyKey: 'l' },
    });
    expect(tapped.activateService.__typename).toBe('OrderInProgress');
    const refusal = await client.query(
      '{ me { service(code: "LOCATOR") { actions { channel kind refusal { __typename ... on OrderInProgress { order { __typename } } } } } } }',
    );
    expect(refusal.data.me.service.actions[0].refusal).toEqual({
      __typename: 'OrderInProgress',
      order: { __typename: 'TariffChange' },
    });
    product.app.devTools.network.steer({ hold: false });
    expect((await followed(client, changeId)).at(-1)!.state).toBe('COMPLETED');
  });
});

describe('a quote', () => {
  test('holds for fifteen minutes', async () => {
    const client = await product.signedIn('+79160000008');
    const id = await quoteId(client, 'SMART');
    product.clock.advance({ minutes: 14 });
    const late = product.client('en');
    await late.signIn('+79160000008');
    product.clock.advance({ minutes: 1 });
    expect(await change(late, id)).toMatchObject({ __typename: 'QuoteExpired', code: 'QUOTE_EXPIRED' });
  });

  test('holds its price while the catalogue changes', async () => {
    const client = await product.signedIn('+79160000005');
    const id = await quoteId(client, 'TALK');
    const { db } = product.app;
    const before = await db.tariff.findUniqueOrThrow({ where: { code: 'TALK' } });
    await db.tariff.update({ where: { code: 'TALK' }, data: { switchFee: 777_00n } });
    const placed = await change(client, id);
    expect(placed).toMatchObject({ change: { fee: { amount: '100.00' } } });
    await db.tariff.update({ where: { code: 'TALK' }, data: { switchFee: before.switchFee } });
    if (placed.__typename === 'TariffChangeAccepted') await followed(client, placed.change.id);
  });

  test('no longer holds when other services would end than it told', async () => {
    const client = await product.signedIn('+79160000004');
    const id = await quoteId(client, 'SMART_PLUS');
    await product.app.db.subscriberService.create({
      data: {
        subscriberId: (await line('+79160000004')).id,
        serviceCode: 'INTERNET_MINI',
        activeSince: new Date(),
      },
    });
    expect((await change(client, id)).__typename).toBe('QuoteExpired');
  });

  test('is its owner’s alone', async () => {
    const client = await product.signedIn('+79160000005');
    const id = await quoteId(client, 'SENIOR');
    const other = await product.signedIn('+79160000007');
    expect((await change(other, id)).__typename).toBe('NotFound');
    expect((await other.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: null,
    });
    expect((await client.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: { id },
    });
  });
});

test('the first thirty days are free of the fee', async () => {
  const client = await product.signedIn('+79160000008');
  expect(await quote(client, 'SMART')).toMatchObject({ switchFee: { amount: '0.00' } });
});

test('too little on the account is refused by what is missing', async () => {
  const client = await product.signedIn('+79160000002');
  expect(await change(client, await quoteId(client, 'SMART'))).toMatchObject({
    __typename: 'InsufficientFunds',
    available: { amount: '3.00' },
    required: { amount: '100.00' },
  });
});

test('a SIM that was changed today does not change its tariff', async () => {
  const client = await product.signedIn('+79160000007');
  const simChangedAt = product.clock.now();
  const timeZone = 'Asia/Vladivostok';
  const data = { simChangedAt, timeZone };
  await product.app.db.subscriber.update({ where: { phoneNumber: '+79160000007' }, data });
  const until = new Date(simChangedAt.getTime() + 86_400_000);
  const onItsClock = momentIn('en', timeZone, until, product.clock.now());
  expect(await change(client, await quoteId(client, 'SMART'))).toMatchObject({
    __typename: 'RecentSimChange',
    until: until.toISOString(),
    message: expect.stringContaining(`from ${onItsClock}.`),
  });
  product.clock.advance({ hours: 24, seconds: 1 });
  const later = await product.signedIn('+79160000007');
  await followed(later, await changed(later, await quoteId(later, 'SMART')));
  expect(await onTariff('+79160000007')).toBe('SMART');
});

test('twenty taps at once change it once; a lost answer is found by its key; other input under it is refused', async () => {
  const client = await product.signedIn('+79160000009');
  const id = await quoteId(client, 'SENIOR');
  const placed = await Promise.all(Array.from({ length: 20 }, () => change(client, id, 'one')));
  const ids = placed.map((result) =>
    result.__typename === 'TariffChangeAccepted' ? result.change.id : result.__typename,
  );
  expect(new Set(ids).size).toBe(1);
  await followed(client, ids[0]!);
  expect(await onTariff('+79160000009')).toBe('SENIOR');
  const { orderByKey } = await client.run(OrderByKeyDocument, { idempotencyKey: 'one' });
  expect(orderByKey).toMatchObject({ __typename: 'TariffChange', id: ids[0] });
  expect((await change(client, await quoteId(client, 'TALK'), 'one')).__typename).toBe(
    'IdempotencyKeyReused',
  );
});

test('a refusal of the network lets the fee go and leaves the tariff', async () => {
  const client = await product.signedIn('+79160000005');
  product.app.devTools.network.steer({ failureRate: 1 });
  const before = await line('+79160000005');
  const changeId = await changed(client, await quoteId(client, 'SMART_PLUS'));
  expect((await followed(client, changeId)).at(-1)).toMatchObject({
    state: 'FAILED',
    change: { failure: { code: 'REFUSED_BY_NETWORK' } },
  });
  expect(await line('+79160000005')).toMatchObject({
    held: 0n,
    balance: before.balance,
    tariffCode: before.tariffCode,
  });
});
