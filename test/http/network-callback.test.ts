import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ActivateServiceDocument, ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { callbackPath, isFromNetwork } from '../../src/http/network-callback.ts';
import type { OrderRef } from '../../src/ports/provisioning.ts';
import { Secrets } from '../../src/secrets.ts';
import { all, Client } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';
import { type Running, startProduct } from '../support/running.ts';
import { startTmf641, type Tmf641Server } from '../support/tmf641.ts';
import { CLIENT } from '../support/tmf641-client.ts';

const PHONE = '+79160000001';
const PUBLIC_URL = 'https://my.operator.example';
const TOKEN = callbackPath(new Secrets(['t'.repeat(32)]))
  .split('/')
  .at(-1)!;

let network: Tmf641Server;
const toEnd: (() => unknown)[] = [];
beforeEach(async () => {
  network = await startTmf641({ oauth: CLIENT, course: { outcome: 'held' } });
  toEnd.push(() => network.stop());
});
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

const settings = () => ({
  PROVISIONING_URL: network.url,
  PROVISIONING_TOKEN_URL: network.tokenUrl,
  PROVISIONING_CLIENT_ID: CLIENT.clientId,
  PROVISIONING_CLIENT_SECRET: CLIENT.clientSecret,
  PUBLIC_URL,
  LOG_LEVEL: 'trace',
});

async function start(options: Parameters<typeof startProduct>[0] = {}) {
  const product = await startProduct({ ...options, settings: { ...settings(), ...options.settings } });
  network.callbacks.to = product.url;
  toEnd.push(() => product.stop());
  return product;
}

const stateEvent = (serviceOrder: unknown, eventType = 'ServiceOrderStateChangeEvent') => ({
  eventId: '1',
  eventType,
  event: { serviceOrder },
});
const aboutOrder = (ref: OrderRef, state = 'completed') =>
  stateEvent({
    id: '1',
    externalId: ref.orderId,
    state,
    relatedParty: [
      { id: ref.subscriberId, role: 'subscriber', '@type': 'RelatedParty', '@referredType': 'Customer' },
    ],
  });
const newRef = (): OrderRef => ({ subscriberId: crypto.randomUUID(), orderId: crypto.randomUUID() });

async function post(product: Running, body: unknown, token = TOKEN, method = 'POST') {
  const response = await fetch(`${product.url}/callbacks/tmf641/${token}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

function hintsOf(product: Running): OrderRef[] {
  const heard: OrderRef[] = [];
  product.app.provisioning.onHint((ref) => void heard.push(ref));
  return heard;
}

describe('the address that the network calls back', () => {
  let product: Running;
  let heard: OrderRef[];
  beforeEach(async () => {
    product = await start({ works: false });
    heard = hintsOf(product);
  });

  test('takes an event as a hint, and answers alike whether we know the order or not', async () => {
    const ref = newRef();
    expect(await post(product, aboutOrder(ref))).toEqual({ status: 204, text: '' });
    const change = { ...aboutOrder(ref), eventType: 'ServiceOrderAttributeValueChangeEvent' };
    expect(await post(product, change)).toEqual({ status: 204, text: '' });
    expect(await post(product, stateEvent({ externalId: 'nobody’s' }))).toEqual({ status: 204, text: '' });
    expect(heard).toEqual([ref, ref]);
  });

  test.each([
    ['nothing', null],
    ['a text', '"x"'],
    ['a list', []],
    ['no event', {}],
    ['an event about nothing', stateEvent(null)],
    ['an order without our id', stateEvent({ id: '1', state: 'completed' })],
    ['an id that is none of ours', stateEvent({ externalId: "'; DROP TABLE service_orders" })],
    [
      'an event of another kind',
      stateEvent({ externalId: newRef().orderId }, 'ProductOrderStateChangeEvent'),
    ],
  ])('makes nothing of %s', async (_what, body) => {
    expect((await post(product, body)).status).toBe(204);
    expect(heard).toEqual([]);
    expect(product.log()).not.toMatch(/"level":(50|60)/);
  });

  test('an event that does not say whose order it is has the network asked, and makes up nobody', async () => {
    const known = newRef();
    await product.app.provisioning.submit({
      ...known,
      phoneNumber: PHONE as never,
      items: [{ action: 'add', serviceCode: 'VOICEMAIL' }],
    });
    expect((await post(product, stateEvent({ externalId: newRef().orderId }))).status).toBe(204);
    expect((await post(product, stateEvent({ externalId: known.orderId, relatedParty: 'x' }))).status).toBe(
      204,
    );
    await expect.poll(() => heard).toEqual([known]);
  });

  test('is nowhere for those who do not know its token, and for who only looks', async () => {
    const nothing = await fetch(`${product.url}/nothing`);
    const missing = { status: nothing.status, text: await nothing.text() };
    const event = aboutOrder(newRef());
    for (const token of ['', 'x', `${TOKEN}x`, TOKEN.slice(1), `${TOKEN}/`, TOKEN.toUpperCase(), '%00'])
      expect(await post(product, event, token)).toEqual(missing);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await post(product, event, TOKEN, method)).toEqual(missing);
    expect(heard).toEqual([]);
  });

  test('refuses what is no JSON, and what is too large', async () => {
    expect((await post(product, '{"event":')).status).toBe(400);
    expect((await post(product, '')).status).toBe(400);
    const large = stateEvent({ externalId: newRef().orderId, description: 'x'.repeat(70_000) });
    expect((await post(product, large)).status).toBe(413);
    expect(heard).toEqual([]);
  });

  test('goes on being known after the keys were changed, and in no log', async () => {
    const old = callbackPath(new Secrets(['o'.repeat(32)]));
    const rotated = { ...product.app, secrets: new Secrets(['t'.repeat(32), 'o'.repeat(32)]) };
    expect(isFromNetwork(rotated, old)).toBe(true);
    expect(isFromNetwork(product.app, old)).toBe(false);
    await post(product, aboutOrder(newRef()));
    expect(product.log()).not.toContain(TOKEN);
  });
});

test.each([
  ['https://my.operator.example', 'https://my.operator.example'],
  ['https://my.operator.example/assistant/', 'https://my.operator.example/assistant'],
])('of a service that is at %s, the network is asked to call below it', async (publicUrl, base) => {
  network.callbacks.way = 'lost';
  await start({ settings: { PUBLIC_URL: publicUrl } });
  await expect.poll(() => network.hubs).toEqual([{ id: '1', callback: `${base}/callbacks/tmf641/${TOKEN}` }]);
});

test('while the network is simulated there is no such address', async () => {
  const product = await start({
    works: false,
    settings: {
      PROVISIONING_URL: 'sim:',
      PROVISIONING_TOKEN_URL: '',
      PROVISIONING_CLIENT_ID: '',
      PROVISIONING_CLIENT_SECRET: '',
    },
  });
  expect((await post(product, aboutOrder(newRef()))).status).toBe(404);
});

/** An order that the network has, and keeps until it is told otherwise. */
async function orderHeld(client: Client) {
  const input = { serviceCode: 'VOICEMAIL', idempotencyKey: crypto.randomUUID() };
  const { activateService } = await client.run(ActivateServiceDocument, { input });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  await expect.poll(() => network.orders.at(-1)?.state).toBe('held');
  return { orderId: activateService.order.id, externalId: network.orders.at(-1)!.externalId! };
}

describe('an activation through the network side', () => {
  let product: Running;
  let client: Client;
  beforeEach(async () => {
    product = await start();
    client = product.client('en');
    await client.signIn(PHONE);
    await expect.poll(() => network.hubs.length).toBe(1);
  });

  const placed = () => orderHeld(client);
  const ended = async (orderId: string) =>
    (await all(client.overWebSocket(ServiceOrderUpdatedDocument, { orderId }))).at(-1)!.serviceOrderUpdated;

  test.each(['sent', 'twice', 'late', 'reordered', 'lost', 'forged'] as const)(
    'comes to its end once, with callbacks %s',
    async (way) => {
      const { orderId, externalId } = await placed();
      const isUnderWay = { id: externalId, state: 'IN_PROGRESS' } as const;
      await expect.poll(() => product.app.db.serviceOrder.count({ where: isUnderWay })).toBe(1);
      await network.callbacks.settled();
      network.callbacks.way = way;
      const before = network.callbacks.answers.length;
      for (const outcome of ['inProgress', 'pending']) network.steer({ outcome }, externalId);
      network.steer({ outcome: 'completed' }, externalId);
      expect(await ended(orderId)).toMatchObject({ state: 'COMPLETED' });
      await network.callbacks.deliver();
      await network.callbacks.settled();
      expect(network.effects(externalId)).toBe(1);
      const line = await product.app.db.subscriber.findUniqueOrThrow({
        where: { phoneNumber: PHONE },
        include: { serviceOrders: { where: { id: externalId } } },
      });
      const events = await product.app.db.event.findMany({
        where: { subscriberId: line.id, orderId: externalId },
        orderBy: { seq: 'asc' },
      });
      expect(events.map(({ state }) => state)).toEqual(['ACKNOWLEDGED', 'IN_PROGRESS', 'COMPLETED']);
      const expected = way === 'forged' ? 404 : 204;
      const answers = network.callbacks.answers.slice(before).map(({ status }) => status);
      expect(new Set(answers)).toEqual(new Set(way === 'lost' ? [] : [expected]));
    },
  );

  test.each([
    ['failed', 'FAILED'],
    ['cancelled', 'FAILED'],
    ['partial', 'COMPLETED'],
  ])('that ends as %s is %s', async (outcome, state) => {
    const { orderId, externalId } = await placed();
    network.steer({ outcome }, externalId);
    expect(await ended(orderId)).toMatchObject({ state });
  });

  test('is not believed to be done because an event says so', async () => {
    const { externalId } = await placed();
    const { id: subscriberId } = await product.app.db.subscriber.findUniqueOrThrow({
      where: { phoneNumber: PHONE },
    });
    const looks = network.requests.length;
    await post(product, aboutOrder({ subscriberId, orderId: externalId }));
    await expect.poll(() => network.requests.length).toBeGreaterThan(looks);
    const state = async () =>
      (await product.app.db.serviceOrder.findFirstOrThrow({ where: { id: externalId } })).state;
    await expect.poll(state).toBe('IN_PROGRESS');
  });

  test('leaves neither number nor secret in the log', async () => {
    const { orderId, externalId } = await placed();
    network.steer({ outcome: 'completed' }, externalId);
    await ended(orderId);
    expect(product.log()).not.toMatch(/9160000001|secret\/100|Bearer/);
    expect(product.log()).not.toContain(TOKEN);
  });
});

test('a hint that comes to a process without a worker reaches the worker in another', async () => {
  const database = await createTestDatabase();
  toEnd.push(() => database.drop());
  const db = openPrisma(database.url).db;
  toEnd.push(() => db.$disconnect());
  network.callbacks.way = 'lost';
  const dir = mkdtempSync(join(tmpdir(), 'internet-assistant-roles-'));
  toEnd.push(() => rmSync(dir, { recursive: true }));
  const env = { ...settings(), DATABASE_URL: database.url, SECRETS_KEYS: 't'.repeat(32), DEV_TOOLS: 'on' };
  const web = startProcess(dir, { ...env, ROLE: 'http' });
  toEnd.push(() => web.kill());
  const url = await web.ready;
  network.callbacks.to = url;
  const worker = startProcess(dir, { ...env, ROLE: 'worker' });
  toEnd.push(() => worker.kill());
  await expect.poll(() => network.hubs.length).toBe(1);

  const client = new Client(url, 'en');
  await client.signIn(PHONE);
  const { orderId, externalId } = await orderHeld(client);
  // Nobody would look again by himself while this test runs
  const farOff = new Date(Date.now() + 3_600_000);
  await expect
    .poll(async () => {
      await db.serviceOrder.updateMany({ where: { id: externalId }, data: { nextLookAt: farOff } });
      return (await db.serviceOrder.findFirstOrThrow({ where: { id: externalId } })).nextLookAt;
    })
    .toEqual(farOff);
  network.callbacks.way = 'sent';
  network.steer({ outcome: 'completed' }, externalId);
  const last = (await all(client.overWebSocket(ServiceOrderUpdatedDocument, { orderId }))).at(-1)!;
  expect(last.serviceOrderUpdated).toMatchObject({ state: 'COMPLETED' });
  expect(network.callbacks.answers).toEqual([{ externalId, status: 204 }]);
  expect(network.effects(externalId)).toBe(1);
});
