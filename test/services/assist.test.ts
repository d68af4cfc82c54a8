import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ActivateServiceDocument,
  AssistServiceOrderDocument,
  type AssistServiceOrderInput,
  ChargesDocument,
  LineDocument,
  OrderByKeyDocument,
  ServiceOrderUpdatedDocument,
} from '../../src/generated/operations.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { newLine, untouchedOrder } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
let support: Client;
const PASSPORT = { series: '4510', number: '000004' };

beforeAll(async () => {
  product = await startProduct();
  support = product.client('en');
  support.token = await devStaffToken(product.app, ['support']);
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ seconds: 61 }));

const lineId = async (phoneNumber: string) =>
  (await support.run(LineDocument, { phoneNumber })).subscriber!.id;
const idOf = async (phoneNumber: string) =>
  (await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } })).id;

async function assist(
  phoneNumber: string,
  input: Partial<AssistServiceOrderInput> & { serviceCode: string },
  by = support,
) {
  const { assistServiceOrder } = await by.run(AssistServiceOrderDocument, {
    input: {
      subscriberId: await lineId(phoneNumber),
      kind: 'ACTIVATE',
      idempotencyKey: crypto.randomUUID(),
      ...input,
    },
  });
  return assistServiceOrder;
}

const completed = async (phoneNumber: string) => {
  const { db } = product.app;
  const subscriberId = await idOf(phoneNumber);
  await expect.poll(() => db.serviceOrder.count({ where: { subscriberId, finishedAt: null } })).toBe(0);
};

describe('Content ban', () => {
  test('is lifted on sight of the passport, for nothing, and who did it is written down without it', async () => {
    const ban = { serviceCode: 'CONTENT_BAN', kind: 'DEACTIVATE' } as const;
    expect(await assist('+79160000004', ban)).toMatchObject({
      __typename: 'PassportRequired',
      code: 'PASSPORT_REQUIRED',
    });
    expect(await assist('+79160000004', { ...ban, passport: { number: '4510 000005' } })).toMatchObject({
      __typename: 'PassportMismatch',
    });
    const lifted = await assist('+79160000004', { ...ban, passport: PASSPORT });
    expect(lifted).toMatchObject({
      __typename: 'ServiceOrderAccepted',
      order: { channel: 'CONSULTANT', fee: { amount: '0.00' }, service: { code: 'CONTENT_BAN' } },
    });
    await completed('+79160000004');
    const acts = await product.app.db.staffAct.findMany({ orderBy: { id: 'asc' } });
    expect(acts.map(({ act, subject, detail }) => ({ act, subject, detail }))).toEqual([
      { act: 'wrong passport', subject: 'developer', detail: { serviceCode: 'CONTENT_BAN' } },
      {
        act: 'assistServiceOrder',
        subject: 'developer',
        detail: { kind: 'DEACTIVATE', serviceCode: 'CONTENT_BAN', orderId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(acts)).not.toMatch(/4510|00000[45]/);
    expect(product.log()).not.toMatch(/4510|000004/);
  });

  test('has three tries a day for a line, across all staff, however many at once', async () => {
    const ban = { serviceCode: 'CONTENT_BAN' } as const;
    const wrong = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        assist('+79160000001', { ...ban, passport: { series: '4510', number: `10000${i}` } }),
      ),
    );
    const kinds = wrong.map(({ __typename }) => __typename).toSorted();
    expect(kinds).toEqual([
      ...Array.from({ length: 3 }, () => 'PassportMismatch'),
      ...Array.from({ length: 9 }, () => 'TooManyRequests'),
    ]);
    const right = { ...ban, passport: { series: '45 10', number: '000-001' } };
    expect((await assist('+79160000001', right)).__typename).toBe('TooManyRequests');
    product.clock.advance({ hours: 24, seconds: 1 });
    support.token = await devStaffToken(product.app, ['support']);
    expect((await assist('+79160000001', right)).__typename).toBe('ServiceOrderAccepted');
    await completed('+79160000001');
  });

  test('is compared with the line’s own passport alone', async () => {
    const other = { serviceCode: 'CONTENT_BAN', passport: PASSPORT };
    expect((await assist('+79160000008', other)).__typename).toBe('PassportMismatch');
  });
});

test('what only support may order, only support may take back', async () => {
  const { db } = product.app;
  const { id: subscriberId, phoneNumber } = await newLine(db);
  const orderId = await untouchedOrder(db, subscriberId);
  await db.serviceOrder.updateMany({ where: { subscriberId }, data: { serviceCode: 'CONTENT_BAN' } });
  const owner = product.client('en');
  owner.token = await openSession(product.app, phoneNumber);
  const cancel = 'mutation ($input: CancelOrderInput!) { cancelServiceOrder(input: $input) { __typename } }';
  expect((await owner.query(cancel, { input: { orderId } })).data).toEqual({
    cancelServiceOrder: { __typename: 'OrderNotCancellable' },
  });
  const orders = '{ me { serviceOrders { edges { node { state cancellable } } } } }';
  expect((await owner.query(orders)).data.me.serviceOrders.edges).toEqual([
    { node: { state: 'ACKNOWLEDGED', cancellable: false } },
  ]);
});

test('what would be refused is refused before a passport is asked for, and costs no try', async () => {
  const again = { serviceCode: 'CONTENT_BAN', kind: 'DEACTIVATE' } as const;
  expect((await assist('+79160000002', again)).__typename).toBe('ServiceNotActive');
  expect(await assist('+79160000003', { serviceCode: 'WEATHER' })).toMatchObject({
    __typename: 'LineSuspended',
  });
});

test('other services take the consultant’s fee, told beforehand by `actions` and afterwards by the charge', async () => {
  const client = product.client('en');
  await client.signIn('+79160000006');
  product.app.devTools.network.steer({ delayMs: 0 });
  const placed = await assist('+79160000006', { serviceCode: 'CALL_FORWARDING' });
  expect(placed).toMatchObject({ order: { fee: { amount: '80.00' }, channel: 'CONSULTANT' } });
  await completed('+79160000006');
  const { me } = await client.run(ChargesDocument);
  expect(me).toMatchObject({
    balance: { amount: '720.00' },
    available: { amount: '720.00' },
    charges: {
      totalCount: 1,
      edges: [
        {
          node: {
            kind: 'SERVICE_FEES',
            description: 'Adding: “Call forwarding”',
            amount: { amount: '80.00', currency: 'RUB' },
            cause: { __typename: 'ServiceOrder' },
          },
        },
      ],
    },
  });
});

test('the subscriber sees what support did, as it happens', async () => {
  const client = product.client('en');
  await client.signIn('+79160000007');
  product.app.devTools.network.steer({ hold: true });
  const stream = client.overWebSocket(ServiceOrderUpdatedDocument, {});
  await assist('+79160000007', { serviceCode: 'WEATHER' });
  expect((await stream.next()).value!.serviceOrderUpdated).toMatchObject({
    order: { subscriberService: { status: 'ACTIVATING' } },
  });
  await stream.return(undefined);
  product.app.devTools.network.steer({ hold: false });
});

describe('keys', () => {
  test('of a member of staff and of the subscriber are apart; a lost answer is found again by each', async () => {
    const client = product.client('en');
    await client.signIn('+79160000009');
    const input = { serviceCode: 'WEATHER', idempotencyKey: 'one' };
    const own = (await client.run(ActivateServiceDocument, { input })).activateService;
    const helped = await assist('+79160000009', { serviceCode: 'ANTISPAM', idempotencyKey: 'one' });
    if (own.__typename !== 'ServiceOrderAccepted' || helped.__typename !== 'ServiceOrderAccepted')
      throw new Error(`${own.__typename} ${helped.__typename}`);
    const found = (by: Client) => by.run(OrderByKeyDocument, { idempotencyKey: 'one' });
    expect((await found(client)).orderByKey).toMatchObject({
      id: own.order.id,
      service: { code: 'WEATHER' },
    });
    expect((await found(support)).orderByKey).toMatchObject({ id: helped.order.id });
    const stranger = product.client('en');
    await stranger.signIn('+79160000008');
    expect((await found(stranger)).orderByKey).toBeNull();
    const colleague = await devStaffToken(product.app, ['support'], 'colleague');
    expect((await found(Object.assign(product.client('en'), { token: colleague }))).orderByKey).toBeNull();
    expect(
      (await product.client().query('{ orderByKey(idempotencyKey: "one") { __typename } }')).status,
    ).toBe(401);
    product.clock.advance({ days: 8 });
    const later = product.client('en');
    await later.signIn('+79160000009');
    expect((await found(later)).orderByKey).toBeNull();
  });

  test('repeat gives the same order and asks for no passport; other input is refused', async () => {
    support.token = await devStaffToken(product.app, ['support']);
    await product.app.db.tries.deleteMany();
    const input = {
      serviceCode: 'CONTENT_BAN',
      passport: { series: '4510', number: '000008' },
      idempotencyKey: 'k',
    };
    const first = await assist('+79160000008', input);
    const again = await assist('+79160000008', input);
    expect(first).toMatchObject({ __typename: 'ServiceOrderAccepted' });
    expect(again).toMatchObject({ order: { id: (first as { order: { id: string } }).order.id } });
    expect(await assist('+79160000008', { ...input, passport: PASSPORT })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    expect(await assist('+79160000008', { ...input, kind: 'DEACTIVATE' })).toMatchObject({
      __typename: 'IdempotencyKeyReused',
    });
    await completed('+79160000008');
    expect(
      await product.app.db.staffAct.count({
        where: { act: 'assistServiceOrder', subscriberId: await idOf('+79160000008') },
      }),
    ).toBe(1);
  });
});

test('what staff see is written down: a row for each operation, within a second, with the lines', async () => {
  // Some that came before may be written while this runs
  const since = { where: { at: { gte: product.clock.now() } } };
  await lineId('+79160000001');
  await support.query('query Everybody { subscribers(first: 3) { edges { node { fullName } } } }');
  await support.query('{ services { totalCount } }');
  await expect.poll(() => product.app.db.staffRead.count(since)).toBe(2);
  const reads = await product.app.db.staffRead.findMany({ ...since, orderBy: { operation: 'desc' } });
  expect(reads.map(({ operation, subject, lines }) => [operation, subject, lines.length])).toEqual([
    ['Line', 'developer', 1],
    ['Everybody', 'developer', 3],
  ]);
});

test('whom staff come upon is written down, though nothing is asked of the line, however often', async () => {
  await product.app.staffReads.write();
  await product.app.db.staffRead.deleteMany();
  const ids = (await product.app.db.subscriber.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id);
  const asked = {
    Count: '{ subscribers(search: "Ivan") { totalCount } }',
    Cursors: '{ subscribers(first: 2) { totalCount edges { cursor } } }',
    Last: '{ subscribers(last: 2) { edges { cursor } } }',
    More: '{ subscribers(first: 1) { pageInfo { hasNextPage } } }',
    Nobody: '{ subscriber(phoneNumber: "+79169999999") { __typename } }',
    Nothing: '{ subscribers(search: "Nobody at all") { edges { cursor } } }',
    One: '{ subscriber(phoneNumber: "+79160000001") { __typename } }',
  };
  // The second time, a plan answers in the executor's place
  for (const [name, selection] of Object.entries(asked))
    for (let run = 0; run < 2; run++)
      expect((await support.query(`query ${name} ${selection}`)).errors).toBeUndefined();
  await product.app.staffReads.write();
  const reads = await product.app.db.staffRead.findMany({ orderBy: { operation: 'asc' } });
  const expected = {
    Count: [],
    Cursors: ids.slice(0, 2),
    Last: ids.slice(-2),
    More: ids.slice(0, 1),
    Nobody: [],
    Nothing: [],
    One: [await idOf('+79160000001')],
  };
  expect(reads.map(({ operation, lines }) => [operation, lines])).toEqual(
    Object.entries(expected).flatMap((each) => [each, each]),
  );
});

test('support finds a line by its owner’s name or by part of its number, however that is written', async () => {
  const { phoneNumber } = await newLine(product.app.db, { fullName: 'Ноль 917' });
  const found = async (search: string) => {
    const text =
      'query ($search: String) { subscribers(first: 99, search: $search) { edges { node { fullName } } } }';
    const { data } = await support.query(text, { search });
    return data.subscribers.edges.map(({ node }: any) => node.fullName) as string[];
  };
  const written = phoneNumber.replace(/^\+7(\d{3})(\d{3})/, '+7 ($1) $2-');
  for (const search of ['ноль 917', phoneNumber, written, phoneNumber.slice(-4)])
    expect(await found(search)).toContain('Ноль 917');
  expect(await found('Никто 917')).toEqual([]);
  expect(await found('917 %')).toEqual([]);
  expect(await found('+')).toEqual([]);
});

test('a refusal tells of the line, and is written down as a look at it', async () => {
  await product.app.staffReads.write();
  await product.app.db.staffRead.deleteMany();
  const refused = await assist('+79160000002', { serviceCode: 'ROAMING', kind: 'DEACTIVATE' });
  expect(refused.__typename).toBe('ServiceNotActive');
  await product.app.staffReads.write();
  const reads = await product.app.db.staffRead.findMany({ where: { operation: 'AssistServiceOrder' } });
  expect(reads.map(({ lines }) => lines)).toEqual([[await idOf('+79160000002')]]);
});

test('nobody but support assists', async () => {
  const input = {
    subscriberId: await lineId('+79160000001'),
    kind: 'ACTIVATE' as const,
    serviceCode: 'WEATHER',
    idempotencyKey: 'k',
  };
  const subscriber = product.client();
  await subscriber.signIn('+79160000005');
  const clerk = product.client();
  clerk.token = await devStaffToken(product.app, ['billing']);
  for (const [client, status] of [
    [product.client(), 401],
    [subscriber, 403],
    [clerk, 403],
  ] as const) {
    const answer = await client.query(
      'mutation ($input: AssistServiceOrderInput!) { assistServiceOrder(input: $input) { __typename } }',
      { input },
    );
    expect(answer.status).toBe(status);
  }
});
