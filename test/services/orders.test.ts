import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  ActivateServiceDocument,
  CancelServiceOrderDocument,
  DeactivateServiceDocument,
  ServiceOrderUpdatedDocument,
} from '../../src/generated/operations.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import { stepNetworkOrder } from '../../src/orders/network-order.ts';
import { placeServiceOrder } from '../../src/services/place-order.ts';
import { serviceOrders as network } from '../../src/services/service-orders.ts';
import { all, type Client } from '../support/client.ts';
import { freshLine, newLine, untouchedOrder } from '../support/lines.ts';
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

const activate = async (client: Client, serviceCode: string, idempotencyKey: string = crypto.randomUUID()) =>
  (await client.run(ActivateServiceDocument, { input: { serviceCode, idempotencyKey } })).activateService;

const finished = async (client: Client, orderId: string) =>
  (await all(client.overWebSocket(ServiceOrderUpdatedDocument, { orderId }))).at(-1)!.serviceOrderUpdated;

/** The line in the database: what the account says, and what its rows add up to. */
async function account(phoneNumber: string) {
  const line = await product.app.db.subscriber.findUniqueOrThrow({
    where: { phoneNumber },
    include: { ledgerEntries: true, serviceOrders: true },
  });
  return {
    ...line,
    sum: line.ledgerEntries.reduce((sum, { amount }) => sum + amount, 0n),
    open: line.serviceOrders.filter(({ finishedAt }) => !finishedAt).reduce((sum, { fee }) => sum + fee, 0n),
  };
}

test('twenty taps at once with one key give one order; with keys of their own, one order and nineteen refusals', async () => {
  const client = await product.signedIn('+79160000001');
  product.app.devTools.network.steer({ hold: true });
  const same = await Promise.all(Array.from({ length: 20 }, () => activate(client, 'VOICEMAIL', 'one key')));
  const orders = same.map((result) =>
    result.__typename === 'ServiceOrderAccepted' ? result.order.id : result.__typename,
  );
  expect(new Set(orders).size).toBe(1);

  const apart = await Promise.all(Array.from({ length: 20 }, () => activate(client, 'CALL_FORWARDING')));
  const kinds = apart.map(({ __typename }) => __typename).toSorted();
  expect(kinds).toEqual([...Array.from({ length: 19 }, () => 'OrderInProgress'), 'ServiceOrderAccepted']);
  const line = await account('+79160000001');
  expect([line.held, line.open]).toEqual([30_00n, 30_00n]);

  product.app.devTools.network.steer({ hold: false });
  const accepted = apart.find((result) => result.__typename === 'ServiceOrderAccepted')!;
  expect(await finished(client, accepted.order.id)).toMatchObject({ state: 'COMPLETED' });
  const after = await account('+79160000001');
  expect(after).toMatchObject({ balance: 470_00n, held: 0n, sum: 470_00n });
});

test('a key used for something else is refused; after a refusal it is free; after a week it is forgotten', async () => {
  const client = await product.signedIn('+79160000007');
  expect((await activate(client, 'INTERNET_TURBO', 'k')).__typename).toBe('ServiceUnavailableOnTariff');
  expect((await activate(client, 'WEATHER', 'k')).__typename).toBe('ServiceOrderAccepted');
  expect(await activate(client, 'ANTISPAM', 'k')).toMatchObject({
    __typename: 'IdempotencyKeyReused',
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  const { id: subscriberId } = await account('+79160000007');
  const serviceCode = 'ANTISPAM';
  const command = {
    subscriberId,
    kind: 'ACTIVATE',
    serviceCode,
    channel: 'SELF_CARE',
    keyed: { subscriberId, actor: 'self', mutation: 'activateService', key: 'k', input: { serviceCode } },
    language: 'ru',
  } as const;
  const app = {
    ...product.app,
    clock: { now: () => new Date(product.clock.now().getTime() + 8 * 86_400_000) },
  };
  expect((await placeServiceOrder(app, command)).__typename).toBe('ServiceOrderAccepted');
});

test('several orders at once never hold more than there is', async () => {
  const client = await product.signedIn('+79160000008');
  product.app.devTools.network.steer({ hold: true });
  const results = await Promise.all(
    ['HIDDEN_NUMBER', 'FAVOURITE_NUMBERS', 'CALL_FORWARDING'].map((code) => activate(client, code)),
  );
  expect(results.every(({ __typename }) => __typename === 'ServiceOrderAccepted')).toBe(true);
  const { id: subscriberId } = await account('+79160000002');
  await topUp(product.app, { subscriberId, amount: 47_00n, reference: 'p' });
  const poor = await product.signedIn('+79160000002');
  const two = await Promise.all(['HIDDEN_NUMBER', 'CALL_FORWARDING'].map((code) => activate(poor, code)));
  expect(two.map(({ __typename }) => __typename).toSorted()).toEqual([
    'InsufficientFunds',
    'ServiceOrderAccepted',
  ]);
  const line = await account('+79160000002');
  expect(line.held).toBe(line.open);
  expect(line.held <= line.balance).toBe(true);
});

test('steps of one order at once, and again, end it once', async () => {
  const client = await product.signedIn('+79160000009');
  product.app.devTools.network.steer({ hold: true });
  const placed = await activate(client, 'HIDDEN_NUMBER');
  if (placed.__typename !== 'ServiceOrderAccepted') throw new Error(placed.__typename);
  const { serviceOrders, id: subscriberId } = await account('+79160000009');
  const payload = { subscriberId, orderId: serviceOrders[0]!.id };
  const steps = () =>
    Promise.all(Array.from({ length: 10 }, () => stepNetworkOrder(product.app, network, payload)));
  await steps();
  product.app.devTools.network.steer({ hold: false });
  await steps();
  await steps();
  expect(await finished(client, placed.order.id)).toMatchObject({ state: 'COMPLETED' });
  const line = await account('+79160000009');
  expect(line).toMatchObject({ balance: 216_00n, sum: 216_00n, held: 0n });
  const events = await product.app.db.event.findMany({ where: payload, orderBy: { seq: 'asc' } });
  expect(events.map(({ seq, state }) => [seq, state])).toEqual([
    [1, 'ACKNOWLEDGED'],
    [2, 'IN_PROGRESS'],
    [3, 'COMPLETED'],
  ]);
});

test('an order is taken back while the network has not got it, twice if need be, and not after', async () => {
  const { id: subscriberId } = await account('+79160000004');
  const client = await product.signedIn('+79160000004');
  const orderId = await untouchedOrder(product.app.db, subscriberId);
  const cancel = async (id: string) =>
    (await client.run(CancelServiceOrderDocument, { input: { orderId: id } })).cancelServiceOrder;
  const cancellable = async (id: string) =>
    (await client.query('query ($id: ID!) { node(id: $id) { ... on ServiceOrder { cancellable } } }', { id }))
      .data.node.cancellable;
  expect(await cancellable(orderId)).toBe(true);
  const twice = [await cancel(orderId), await cancel(orderId)];
  expect(await cancellable(orderId)).toBe(false);
  for (const result of twice)
    expect(result).toMatchObject({ __typename: 'ServiceOrderCancelled', order: { state: 'CANCELLED' } });
  expect(await account('+79160000004')).toMatchObject({ held: 0n, balance: 350_00n });

  product.app.devTools.network.steer({ hold: true });
  const other = await activate(client, 'VOICEMAIL');
  if (other.__typename !== 'ServiceOrderAccepted') throw new Error(other.__typename);
  for await (const { serviceOrderUpdated } of client.overWebSocket(ServiceOrderUpdatedDocument, {
    orderId: other.order.id,
  }))
    if (serviceOrderUpdated.state === 'IN_PROGRESS') break;
  expect(await cancellable(other.order.id)).toBe(false);
  expect(await cancel(other.order.id)).toMatchObject({
    __typename: 'OrderNotCancellable',
    code: 'ORDER_NOT_CANCELLABLE',
  });
});

test('while the network cannot be reached, an order waits and can be taken back; at last it fails', async () => {
  const client = await product.signedIn('+79160000006');
  const { provisioning, db } = product.app;
  const submit = vi.spyOn(provisioning, 'submit').mockResolvedValue('unreached');
  const placed = await activate(client, 'WEATHER');
  if (placed.__typename !== 'ServiceOrderAccepted') throw new Error(placed.__typename);
  await expect.poll(() => submit.mock.calls.length).toBeGreaterThan(1);
  const cancel = async () =>
    (await client.run(CancelServiceOrderDocument, { input: { orderId: placed.order.id } }))
      .cancelServiceOrder;
  // Not while it is just being tried
  await expect.poll(async () => (await cancel()).__typename).toBe('ServiceOrderCancelled');

  const other = await activate(client, 'ANTISPAM');
  if (other.__typename !== 'ServiceOrderAccepted') throw new Error(other.__typename);
  product.clock.advance({ hours: 25 });
  const { id: subscriberId } = await account('+79160000006');
  await expect
    .poll(() => db.serviceOrder.findFirst({ where: { subscriberId, serviceCode: 'ANTISPAM' } }))
    .toMatchObject({ state: 'FAILED', failureCode: 'NETWORK_UNREACHABLE' });
  submit.mockRestore();
});

test('what may have arrived is asked after, and given again only when the network has had time to know it', async () => {
  const client = await product.signedIn('+79160000006');
  const { provisioning } = product.app;
  const submit = vi.spyOn(provisioning, 'submit').mockResolvedValue('unknown');
  const look = vi.spyOn(provisioning, 'look').mockResolvedValue('unknown');
  const placed = await activate(client, 'LOCATOR');
  if (placed.__typename !== 'ServiceOrderAccepted') throw new Error(placed.__typename);
  await expect.poll(() => look.mock.calls.length).toBeGreaterThan(2);
  expect(submit).toHaveBeenCalledTimes(1);
  submit.mockRestore();
  look.mockRestore();
  product.clock.advance({ seconds: 61 });
  expect(await finished(client, placed.order.id)).toMatchObject({ state: 'COMPLETED' });
});

/** An order that may have arrived in the network a minute ago, and that no worker takes up. */
async function handedOver() {
  const { db } = product.app;
  const { id: subscriberId } = await newLine(db);
  await untouchedOrder(db, subscriberId);
  const handedAt = new Date(product.clock.now().getTime() - 61_000);
  const [order] = await db.serviceOrder.updateManyAndReturn({
    where: { subscriberId },
    data: { state: 'IN_PROGRESS', handedAt, createdAt: handedAt },
  });
  const ref = { subscriberId, orderId: order!.id };
  const stands = () => db.serviceOrder.findFirstOrThrow({ where: { subscriberId } });
  const ago = (data: { handedAt?: Date; createdAt?: Date }) =>
    db.serviceOrder.updateMany({ where: { subscriberId }, data });
  return { ref, handedAt, stands, ago };
}

test('the refusal of an order that was given again is believed once the first giving would have arrived', async () => {
  const { ref, handedAt, stands, ago } = await handedOver();
  const answers = { look: async () => 'unknown', submit: async () => 'refused' };
  const app = { ...product.app, provisioning: { ...product.app.provisioning, ...answers } as never };
  await stepNetworkOrder(app, network, ref);
  expect(await stands()).toMatchObject({ state: 'IN_PROGRESS', finishedAt: null });
  await ago({ handedAt, createdAt: new Date(product.clock.now().getTime() - 16 * 60_000) });
  await stepNetworkOrder(app, network, ref);
  expect(await stands()).toMatchObject({ state: 'FAILED', failureCode: 'REFUSED_BY_NETWORK' });
});

test('an order that the network neither has nor takes fails in the end, and lets its fee go', async () => {
  const { ref, handedAt, stands, ago } = await handedOver();
  const answers = { look: async () => 'unknown', submit: async () => 'unknown' };
  const app = { ...product.app, provisioning: { ...product.app.provisioning, ...answers } as never };
  await stepNetworkOrder(app, network, ref);
  expect(await stands()).toMatchObject({ state: 'IN_PROGRESS', finishedAt: null });
  await ago({ handedAt, createdAt: new Date(product.clock.now().getTime() - 25 * 3_600_000) });
  await stepNetworkOrder(app, network, ref);
  expect(await stands()).toMatchObject({ state: 'FAILED', failureCode: 'NETWORK_UNREACHABLE' });
  const where = { id: ref.subscriberId };
  expect((await product.app.db.subscriber.findUniqueOrThrow({ where })).held).toBe(0n);
});

test('an order that has been open for a quarter of an hour is shown as late', async () => {
  const client = await product.signedIn('+79160000006');
  product.app.devTools.network.steer({ hold: true });
  await activate(client, 'WEATHER');
  const late = async (by: Client) =>
    (await by.query('{ me { serviceOrders(first: 1) { edges { node { late } } } } }')).data.me.serviceOrders
      .edges[0].node.late;
  expect(await late(client)).toBe(false);
  product.clock.advance({ minutes: 16 });
  expect(await late(await product.signedIn('+79160000006'))).toBe(true);
});

test('a backlog of five hundred looks keeps a new order waiting for no more than a few of them', async () => {
  const client = await product.signedIn('+79160000001');
  const { db, provisioning } = product.app;
  const lines = Array.from({ length: 500 }, (_, i) => ({
    ...freshLine(),
    id: crypto.randomUUID(),
    phoneNumber: `+7999${i}`,
  }));
  const ids: string[] = lines.map(({ id }) => id);
  let looks = 0;
  const look = vi.spyOn(provisioning, 'look').mockImplementation(async ({ subscriberId }) => {
    if (ids.includes(subscriberId)) looks++;
    return 'pending';
  });
  const looksBefore = Promise.withResolvers<number>();
  const submit = vi.spyOn(provisioning, 'submit').mockImplementation(async () => {
    looksBefore.resolve(looks);
    return 'refused';
  });
  await db.subscriber.createMany({ data: lines });
  await db.serviceOrder.createMany({
    data: ids.map((subscriberId) => ({
      subscriberId,
      kind: 'ACTIVATE',
      state: 'IN_PROGRESS',
      serviceCode: 'WEATHER',
      channel: 'SELF_CARE',
      fee: 0n,
      language: 'ru',
      createdAt: new Date(),
      handedAt: new Date(),
      looks: 3,
    })),
  });
  const atAcceptance = activate(client, 'LOCATOR').then((placed) => {
    expect(placed.__typename).toBe('ServiceOrderAccepted');
    return looks;
  });
  expect((await looksBefore.promise) - (await atAcceptance)).toBeLessThanOrEqual(60);
  await db.serviceOrder.deleteMany({ where: { subscriberId: { in: ids } } });
  look.mockRestore();
  submit.mockRestore();
});

test('a page of services goes on where the last one ended, though that service has left what is asked for', async () => {
  const { db } = product.app;
  const activeSince = new Date();
  const create = ['CALLER_ID', 'VOICEMAIL', 'WEATHER'].map((serviceCode) => ({ serviceCode, activeSince }));
  const { phoneNumber } = await newLine(db, { services: { create } });
  const client = product.client();
  client.token = await openSession(product.app, phoneNumber);
  const text = `query ($first: Int, $after: String, $last: Int, $before: String) { me { services(
    filter: { status: [ACTIVE] }, first: $first, after: $after, last: $last, before: $before
  ) { totalCount pageInfo { endCursor hasNextPage hasPreviousPage } edges { node { service { code } } } } } }`;
  const page = async (args: object) => (await client.query(text, args)).data.me.services;
  const codes = ({ edges }: any): string[] => edges.map(({ node }: any) => node.service.code);
  const on = codes(await page({}));
  const { pageInfo } = await page({ first: 2 });
  const { deactivateService } = await client.run(DeactivateServiceDocument, {
    input: { serviceCode: on[1]!, idempotencyKey: 'k' },
  });
  expect(deactivateService.__typename).toBe('ServiceOrderAccepted');
  const next = await page({ first: 2, after: pageInfo.endCursor });
  expect([codes(next), next.totalCount]).toEqual([[on[2]], 2]);
  expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(codes(await page({ last: 2, before: pageInfo.endCursor }))).toEqual([on[0]]);
});

test('refusals carry what a client needs to go on', async () => {
  const suspended = await product.signedIn('+79160000003');
  expect(await activate(suspended, 'WEATHER')).toMatchObject({
    __typename: 'LineSuspended',
    code: 'LINE_SUSPENDED',
  });
  const everyday = await product.signedIn('+79160000001');
  expect(await activate(everyday, 'NOTHING')).toMatchObject({ __typename: 'ServiceNotFound' });
  expect(await activate(everyday, 'CALLER_ID')).toMatchObject({ __typename: 'ServiceAlreadyActive' });
  expect(await activate(everyday, 'INTERNET_MAXI')).toMatchObject({
    __typename: 'ServiceConflict',
    conflictsWith: [{ code: 'INTERNET_MINI' }],
    message: 'The service does not go together with “Internet Mini”.',
  });
  expect(await activate(everyday, 'ROAMING_ZERO')).toMatchObject({
    __typename: 'ServiceRequires',
    requires: [{ code: 'ROAMING' }],
  });
  const none = await everyday.run(DeactivateServiceDocument, {
    input: { serviceCode: 'ROAMING', idempotencyKey: 'k2' },
  });
  expect(none.deactivateService).toMatchObject({ __typename: 'ServiceNotActive' });
  for (const idempotencyKey of ['', 'x'.repeat(129)]) {
    const answer = await everyday.query(
      'mutation ($input: ServiceOrderInput!) { activateService(input: $input) { __typename } }',
      { input: { serviceCode: 'WEATHER', idempotencyKey } },
    );
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  }
});
