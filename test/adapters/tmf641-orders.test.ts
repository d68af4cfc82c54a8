import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SubmitOutcome } from '../../src/ports/provisioning.ts';
import type { Fault } from '../support/tmf641.ts';
import { newOrder, refOf, Tmf641Bench } from '../support/tmf641-client.ts';

const bench = new Tmf641Bench();

const ENDLESS = [
  ['silent', { answerMs: 300 }],
  ['silent', { wholeMs: 300 }],
  ['slow', { answerMs: 300 }],
  ['drip', { answerMs: 300 }],
] as const;

describe('an order', () => {
  test('is sent as TMF641 defines it, under our id, with one item for each thing to do', async () => {
    const order = newOrder({
      items: [
        { action: 'change', tariffCode: 'SMART_PLUS' },
        { action: 'remove', serviceCode: 'WEATHER' },
        { action: 'add', serviceCode: 'ROAMING' },
      ],
    });
    expect(await bench.connect().provisioning.submit(order)).toBe('accepted');
    const [taken] = bench.server.orders;
    expect(taken).toMatchObject({
      externalId: order.orderId,
      priority: '1',
      relatedParty: [{ role: 'subscriber', id: order.subscriberId }],
    });
    const items = taken!.serviceOrderItem.map((item) => [
      item.id,
      item.action,
      item.service.serviceSpecification?.id,
      item.service.serviceCharacteristic?.map(({ name, value }) => [name, value]),
      item.serviceOrderItemRelationship?.map(({ relationshipType, orderItem }) => [
        relationshipType,
        orderItem?.itemId,
      ]),
    ]);
    const msisdn = [['MSISDN', '79160000001']];
    const afterTheFirst = [['dependency', '1']];
    expect(items).toEqual([
      ['1', 'modify', 'SMART_PLUS', msisdn, undefined],
      ['2', 'delete', 'WEATHER', msisdn, afterTheFirst],
      ['3', 'add', 'ROAMING', msisdn, afterTheFirst],
    ]);
  });

  test('is asked after by that id, for no more than is needed, at a base with or without a slash', async () => {
    const ref = refOf(newOrder());
    await bench.connect({ url: `${bench.server.url}/` }).provisioning.look(ref);
    expect(bench.server.requests).toEqual([
      `GET /serviceOrder?externalId=${ref.orderId}&fields=id%2CexternalId%2Cstate%2CserviceOrderItem`,
    ]);
  });

  test('is found by a process that never gave it', async () => {
    const order = newOrder();
    await bench.connect().provisioning.submit(order);
    await expect.poll(() => bench.connect().provisioning.look(order)).toBe('completed');
  });
});

describe('the state of an order', () => {
  test.each([
    ['acknowledged', 'pending'],
    ['inProgress', 'pending'],
    ['InProgress', 'pending'],
    ['pending', 'pending'],
    ['held', 'pending'],
    ['assessingCancellation', 'pending'],
    ['pendingCancellation', 'pending'],
    ['a new one', 'pending'],
    ['completed', 'completed'],
    ['failed', 'refused'],
    ['rejected', 'refused'],
    ['cancelled', 'cancelled'],
  ])('%s is %s', async (state, expected) => {
    bench.server.steer({ outcome: state });
    const { provisioning, logged } = bench.connect();
    const order = newOrder();
    await provisioning.submit(order);
    await expect.poll(() => bench.server.orders[0]!.state).toBe(state);
    expect(await provisioning.look(order)).toBe(expected);
    expect(logged.join('').includes('needs a look')).toBe(state === 'a new one');
  });

  test.each([
    [['completed', 'failed'], 'completed'],
    [['completed', 'inProgress'], 'completed'],
    [['failed', 'completed'], 'refused'],
    [['rejected', 'completed'], 'refused'],
    [['cancelled', 'completed'], 'cancelled'],
    [['inProgress', 'failed'], 'pending'],
    [['partial', 'failed'], 'pending'],
  ])(
    'partial, with its items %j, is %s: the first decides, and the operator is told',
    async (items, expected) => {
      bench.server.steer({ outcome: 'partial', items });
      const { provisioning, logged } = bench.connect();
      const order = newOrder({
        items: [
          { action: 'add', serviceCode: 'ROAMING' },
          { action: 'remove', serviceCode: 'WEATHER' },
        ],
      });
      await provisioning.submit(order);
      await expect.poll(() => bench.server.orders[0]!.state).toBe('partial');
      bench.server.orders[0]!.serviceOrderItem.reverse();
      expect(await provisioning.look(order)).toBe(expected);
      expect(logged.join('')).toContain('needs a look by the operator');
    },
  );

  test.each([
    [['completed', 'inProgress'], 'pending'],
    [['failed', 'completed'], 'completed'],
    [['cancelled', 'failed'], 'refused'],
    [['cancelled', 'cancelled'], 'cancelled'],
  ])('of several under one id, %j, is %s, and the operator is told', async (states, expected) => {
    const { provisioning, logged } = bench.connect();
    const order = newOrder();
    bench.server.steer({ outcome: 'held' });
    for (const state of states) {
      await provisioning.submit(order);
      bench.server.orders.at(-1)!.state = state;
    }
    expect(bench.server.effects(order.orderId)).toBe(2);
    expect(await provisioning.look(order)).toBe(expected);
    expect(logged.join('')).toContain('several orders under one external id');
  });

  test.each<[string, Fault, string]>([
    ['an error of the API that there is none', { status: 404 }, 'unknown'],
    ['a page that there is nothing', { status: 404, body: '<h1>Not Found</h1>' }, 'unreached'],
    ['an empty list', { status: 200, body: [] }, 'unknown'],
    ['an empty page of several', { status: 200, body: [], headers: { 'x-total-count': '2' } }, 'unreached'],
    [
      'orders of others',
      { status: 200, body: [{ id: '1', externalId: 'x', state: 'completed' }] },
      'unreached',
    ],
    ['an order without an external id', { status: 200, body: [{ id: '1', state: 'failed' }] }, 'unreached'],
    ['an object', { status: 200, body: { state: 'completed' } }, 'unreached'],
    ['garbage', 'garbage', 'unreached'],
    ['a page', 'page', 'unreached'],
    ['more than anybody reads', 'huge', 'unreached'],
    ['a refusal', { status: 400 }, 'unreached'],
    ['another address', { status: 302, headers: { location: '/elsewhere' } }, 'unreached'],
    ['401', { status: 401 }, 'unreached'],
    ['500', { status: 500 }, 'unreached'],
    ['503', { status: 503 }, 'unreached'],
    ['a broken connection', 'reset before', 'unreached'],
    ['a connection that breaks later', 'reset after', 'unreached'],
  ])('after %s: %s', async (_what, fault, expected) => {
    bench.server.faults.look = [fault];
    expect(await bench.connect().provisioning.look(refOf(newOrder()))).toBe(expected);
  });

  test.each(ENDLESS)('is not waited for without end: %s, %j', async (fault, timings) => {
    const { provisioning } = await bench.connectWarm(timings);
    bench.server.faults.look = fault;
    expect(await provisioning.look(refOf(newOrder()))).toBe('unreached');
    bench.server.answerSlow();
  });
});

describe('what became of giving an order', () => {
  const page = '<h1>From some gateway</h1>';
  test.each<[string, Fault, SubmitOutcome, number]>([
    ['it is refused by the API', { status: 400 }, 'refused', 0],
    ['it is refused as 422', { status: 422 }, 'refused', 0],
    ['a code that is a number', { status: 400, body: { code: 27, reason: 'no such service' } }, 'refused', 0],
    ['somebody else says 400', { status: 400, body: page }, 'unknown', 0],
    ['a conflict, and it is not there', { status: 409 }, 'refused', 0],
    ['somebody else says 409', { status: 409, body: page }, 'unknown', 0],
    ['401', { status: 401 }, 'unreached', 0],
    ['403', { status: 403 }, 'unreached', 0],
    ['a wrong base', { status: 404, body: page }, 'unreached', 0],
    ['405', { status: 405 }, 'unreached', 0],
    ['415', { status: 415 }, 'unreached', 0],
    ['408', { status: 408 }, 'unknown', 0],
    ['429', { status: 429 }, 'unreached', 0],
    ['500', { status: 500 }, 'unknown', 0],
    ['502 from a gateway', { status: 502, body: page }, 'unknown', 0],
    ['503 with a time', { status: 503, headers: { 'retry-after': '5' } }, 'unreached', 0],
    ['503 without one', { status: 503 }, 'unknown', 0],
    ['503 with no time that can be read', { status: 503, headers: { 'retry-after': 'soon' } }, 'unknown', 0],
    ['another address', { status: 307, headers: { location: '/elsewhere' } }, 'unknown', 0],
    ['202 without a word', { status: 202, body: '' }, 'unknown', 0],
    ['an order of another', { status: 201, body: { id: '1', externalId: 'x' } }, 'unknown', 0],
    ['the connection breaks before', 'reset before', 'unknown', 0],
    ['the connection breaks after', 'reset after', 'unknown', 1],
    ['garbage', 'garbage', 'unknown', 1],
    ['a page', 'page', 'unknown', 1],
    ['more than anybody reads', 'huge', 'unknown', 1],
  ])('%s: %j is %s', async (_what, fault, expected, effects) => {
    bench.server.faults.submit = [fault];
    const order = newOrder();
    expect(await bench.connect().provisioning.submit(order)).toBe(expected);
    expect(bench.server.effects(order.orderId)).toBe(effects);
    expect(bench.requestsTo('POST /serviceOrder')).toHaveLength(1);
  });

  test.each(ENDLESS)('%s, %j: it is unknown once the time is up', async (fault, timings) => {
    const { provisioning } = await bench.connectWarm(timings);
    bench.server.faults.submit = fault;
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('unknown');
    bench.server.answerSlow();
    expect(bench.server.effects(order.orderId)).toBe(fault === 'silent' ? 0 : 1);
    expect(bench.requestsTo('POST /serviceOrder')).toHaveLength(1);
  });

  test('an order that the network has already is accepted, and not done again', async () => {
    bench.server.deduplicates = true;
    const { provisioning } = bench.connect();
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('accepted');
    expect(await provisioning.submit(order)).toBe('accepted');
    expect(bench.server.effects(order.orderId)).toBe(1);
  });

  test('a conflict that cannot be asked after leaves it unknown', async () => {
    bench.server.faults.submit = [{ status: 409 }];
    bench.server.faults.look = 'reset before';
    expect(await bench.connect().provisioning.submit(newOrder())).toBe('unknown');
  });

  test('it did not arrive where connections are refused, and goes when they are taken again', async () => {
    const { provisioning } = bench.connect();
    const order = newOrder();
    await bench.server.leave();
    expect(await provisioning.submit(order)).toBe('unreached');
    expect(await provisioning.look(order)).toBe('unreached');
    await bench.server.comeBack();
    expect(await provisioning.look(order)).toBe('unknown');
    expect(await provisioning.submit(order)).toBe('accepted');
  });

  test('it did not arrive where there is no such name', async () => {
    const { provisioning, logged } = bench.connect({ url: 'http://network.invalid/v4' });
    expect(await provisioning.submit(newOrder())).toBe('unreached');
    expect(logged.join('')).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  test('it did not arrive where no connection comes about in time', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    bench.toEnd.push(() => mute.close());
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    // It takes the connection, but TLS never begins
    for (const timings of [{ connectMs: 100 }, { answerMs: 100 }, { wholeMs: 100 }]) {
      const { provisioning } = bench.connect({ url: `https://127.0.0.1:${port}/v4`, timings });
      expect(await provisioning.submit(newOrder())).toBe('unreached');
    }
  });

  test('it did not arrive once we are closed, and is unknown if it was on its way', async () => {
    const { provisioning } = bench.connect();
    bench.server.faults.submit = 'silent';
    const onItsWay = provisioning.submit(newOrder());
    await expect.poll(() => bench.requestsTo('POST /serviceOrder').length).toBe(1);
    await provisioning.close();
    expect(await onItsWay).toBe('unknown');
    expect(await provisioning.submit(newOrder())).toBe('unreached');
    expect(await provisioning.look(newOrder())).toBe('unreached');
  });
});
