import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tmf641Options } from '../../src/adapters/provisioning/tmf641-provisioning.ts';
import type { Provisioning } from '../../src/ports/provisioning.ts';
import type { Fault } from '../support/tmf641.ts';
import { CLIENT, newOrder, refOf, Tmf641Bench } from '../support/tmf641-client.ts';

const bench = new Tmf641Bench();

describe('a network side that is down', () => {
  const breaker = { failures: 3, pauseMs: 3_600_000 };
  const looks = (provisioning: Provisioning, times: number) =>
    Promise.all(Array.from({ length: times }, () => provisioning.look(refOf(newOrder()))));

  test.each<Fault>(['reset before', { status: 500 }, { status: 503 }, 'garbage'])(
    'is left alone after failures in a row: %j',
    async (fault) => {
      const { provisioning, logged } = bench.connect({ timings: { breaker } });
      bench.server.faults.look = fault;
      for (let i = 0; i < 3; i++) expect(await provisioning.look(refOf(newOrder()))).toBe('unreached');
      expect(bench.server.requests).toHaveLength(3);
      const order = newOrder();
      const outcome = await provisioning.submit(order);
      // An answer that cannot be read is one all the same: somebody is there
      const isDown = fault !== 'garbage';
      expect([outcome, bench.server.effects(order.orderId)]).toEqual(
        isDown ? ['unreached', 0] : ['accepted', 1],
      );
      expect(logged.join('').includes('the network side is down')).toBe(isDown);
    },
  );

  test('is tried by one call after the pause, which opens the way again or shuts it for another pause', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { provisioning, logged } = bench.connect({ timings: { breaker } });
    bench.server.faults.look = 'reset before';
    await looks(provisioning, 3);
    const before = bench.server.requests.length;
    for (const round of [1, 2]) {
      vi.setSystemTime(Date.now() + breaker.pauseMs + 1);
      expect(new Set(await looks(provisioning, 10))).toEqual(new Set(['unreached']));
      expect(bench.server.requests).toHaveLength(before + round);
    }
    bench.server.faults.look = undefined;
    await looks(provisioning, 10);
    expect(bench.server.requests).toHaveLength(before + 2);
    vi.setSystemTime(Date.now() + breaker.pauseMs + 1);
    expect(await provisioning.look(refOf(newOrder()))).toBe('unknown');
    expect(new Set(await looks(provisioning, 10))).toEqual(new Set(['unknown']));
    expect(logged.join('')).toContain('the network side is back');
  });

  test('is not waited for by anybody while one call tries it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { provisioning } = bench.connect({ timings: { breaker } });
    bench.server.faults.look = 'reset before';
    await looks(provisioning, 3);
    vi.setSystemTime(Date.now() + breaker.pauseMs + 1);
    bench.server.faults.look = 'slow';
    const before = bench.server.requests.length;
    const trying = provisioning.look(refOf(newOrder()));
    await vi.waitUntil(() => bench.server.requests.length > before, { timeout: 60_000 });
    expect(new Set(await looks(provisioning, 10))).toEqual(new Set(['unreached']));
    bench.server.faults.look = undefined;
    bench.server.answerSlow();
    expect(await trying).toBe('unknown');
  });

  test('is not down for failures with good answers between them, nor for refusals', async () => {
    const { provisioning } = bench.connect({ timings: { breaker } });
    for (let i = 0; i < 4; i++) {
      bench.server.faults.look = ['reset before', { status: 500 }, { status: 400 }, { status: 404 }];
      await provisioning.look(refOf(newOrder()));
      await provisioning.look(refOf(newOrder()));
      await provisioning.look(refOf(newOrder()));
      await provisioning.look(refOf(newOrder()));
    }
    bench.server.faults.submit = [{ status: 400 }, { status: 400 }, { status: 400 }];
    for (let i = 0; i < 3; i++) expect(await provisioning.submit(newOrder())).toBe('refused');
    expect(await provisioning.submit(newOrder())).toBe('accepted');
  });

  test.each<[string, number, (now: Date) => string | undefined]>([
    ['seconds', 503, () => '120'],
    ['a date', 503, (now) => new Date(now.getTime() + 120_000).toUTCString()],
    ['seconds', 429, () => '120'],
    ['nothing', 429, () => undefined],
  ])('that asks for a pause by %s with %i is left alone as long', async (_how, status, said) => {
    const { provisioning, clock } = bench.connect({
      timings: { waitMs: { unsaid: 120_000, most: 900_000 } },
    });
    const header = said(clock.now());
    bench.server.faults.submit = [{ status, headers: header ? { 'retry-after': header } : {} }];
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('unreached');
    clock.advance({ seconds: 60 });
    expect(await provisioning.look(order)).toBe('unreached');
    expect(await provisioning.submit(order)).toBe('unreached');
    expect(bench.server.requests).toHaveLength(1);
    clock.advance({ seconds: 61 });
    expect(await provisioning.submit(order)).toBe('accepted');
  });

  test('that asks for a pause of years gets a quarter of an hour', async () => {
    const { provisioning, clock } = bench.connect();
    bench.server.faults.look = [{ status: 503, headers: { 'retry-after': '999999999999' } }];
    await provisioning.look(newOrder());
    clock.advance({ minutes: 14 });
    expect(await provisioning.look(newOrder())).toBe('unreached');
    clock.advance({ minutes: 2 });
    expect(await provisioning.look(newOrder())).toBe('unknown');
  });
});

describe('with OAuth', () => {
  const withToken = (more: Partial<Tmf641Options> = {}, client = CLIENT) =>
    bench.connect({ credentials: { ...client, tokenUrl: bench.server.tokenUrl }, ...more });
  beforeEach(() => bench.start({ oauth: CLIENT }));

  test('a call carries a token; many at once fetch one, which is good for the next ones', async () => {
    const { provisioning } = withToken();
    const states = await Promise.all(Array.from({ length: 20 }, () => provisioning.look(newOrder())));
    expect(new Set(states)).toEqual(new Set(['unknown']));
    expect(await provisioning.submit(newOrder())).toBe('accepted');
    expect(bench.server.tokens!.given).toBe(1);
  });

  test.each<[string, number | null, number]>([
    ['shortly before it expires', 100, 70],
    ['at half its life if that is short', 20, 10],
    ['after five minutes if its life is not said', null, 270],
  ])('a token is renewed %s', async (_when, lifeSeconds, renewedAfter) => {
    await bench.start({ oauth: { ...CLIENT, lifeSeconds } });
    const { provisioning, clock } = withToken();
    vi.useFakeTimers({ toFake: ['Date'] });
    await provisioning.look(newOrder());
    clock.advance({ seconds: renewedAfter - 1 });
    await provisioning.look(newOrder());
    expect(bench.server.tokens!.given).toBe(1);
    clock.advance({ seconds: 1 });
    await provisioning.look(newOrder());
    expect(bench.server.tokens!.given).toBe(2);
  });

  test('a token that is no longer taken is renewed, and the call goes again, once', async () => {
    const { provisioning } = withToken();
    await provisioning.look(newOrder());
    bench.server.tokens!.revokeAll();
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('accepted');
    expect([bench.server.tokens!.given, bench.server.effects(order.orderId)]).toEqual([2, 1]);
  });

  test('many at once whose token is no longer taken fetch one new one', async () => {
    const { provisioning } = withToken();
    await provisioning.look(newOrder());
    bench.server.tokens!.revokeAll();
    bench.server.faults.look = Array.from({ length: 10 }, () => 'slow' as const);
    const looking = Array.from({ length: 10 }, () => provisioning.look(newOrder()));
    await expect.poll(() => bench.requestsTo('GET /serviceOrder').length).toBe(11);
    bench.server.answerSlow();
    expect(new Set(await Promise.all(looking))).toEqual(new Set(['unknown']));
    expect(bench.server.tokens!.given).toBe(2);
  });

  test.each([401, 403])(
    'a call that is refused with a new token, too, did not arrive: %i',
    async (status) => {
      const { provisioning } = withToken();
      bench.server.faults.submit = { status };
      const order = newOrder();
      expect(await provisioning.submit(order)).toBe('unreached');
      expect([bench.server.tokens!.given, bench.server.effects(order.orderId)]).toEqual([2, 0]);
      expect(bench.requestsTo('POST /serviceOrder')).toHaveLength(2);
      bench.server.faults.submit = undefined;
      expect(await provisioning.submit(order)).toBe('accepted');
    },
  );

  test.each<[string, Fault]>([
    ['it is down', 'reset before'],
    ['it answers 500', { status: 500 }],
    ['it refuses us', { status: 401, body: { error: 'invalid_client' } }],
    ['it gives another kind of token', { status: 200, body: { access_token: 'x', token_type: 'mac' } }],
    ['it gives none', { status: 200, body: {} }],
    [
      'it gives one that cannot be sent',
      { status: 200, body: { access_token: 'a\r\nb', token_type: 'bearer' } },
    ],
    ['it sends us elsewhere', { status: 302, headers: { location: '/elsewhere' } }],
    ['it answers garbage', 'garbage'],
    ['it answers a page', 'page'],
    ['it answers without end', 'huge'],
  ])('without a token nothing arrives, and it is asked for again: %s', async (_why, fault) => {
    const { provisioning } = withToken();
    bench.server.faults.token = [fault];
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('unreached');
    expect(bench.server.effects(order.orderId)).toBe(0);
    expect(await provisioning.submit(order)).toBe('accepted');
  });

  test('a token endpoint that says nothing is not waited for without end', async () => {
    const { provisioning } = withToken({ timings: { answerMs: 300 } });
    bench.server.faults.token = 'silent';
    expect(await provisioning.submit(newOrder())).toBe('unreached');
    expect(bench.requestsTo('/serviceOrder')).toEqual([]);
  });

  test('a client that the server does not know gets nothing done, and the log says why', async () => {
    const { provisioning, logged } = withToken({}, { ...CLIENT, clientSecret: 'wrong' });
    expect(await provisioning.submit(newOrder())).toBe('unreached');
    expect(logged.join('')).toContain('invalid_client');
  });

  test('a token endpoint that is down counts like the network side itself', async () => {
    const { provisioning } = withToken({ timings: { breaker: { failures: 3, pauseMs: 3_600_000 } } });
    bench.server.faults.token = 'reset before';
    for (let i = 0; i < 6; i++) expect(await provisioning.look(newOrder())).toBe('unreached');
    expect(bench.server.requests).toHaveLength(3);
  });
});

describe('being called back', () => {
  const callback = 'http://127.0.0.1:9/callbacks/tmf641/hidden-token';

  test('is asked for once, however many start', async () => {
    const each = [bench.connect(), bench.connect(), bench.connect()];
    for (const { provisioning } of each) provisioning.askForCallbacks(callback);
    for (const { logged } of each)
      await expect.poll(() => logged.join('')).toContain('the network calls back');
    expect(bench.server.hubs).toEqual([{ id: '1', callback }]);
  });

  test('is not asked for again where the network says that it does', async () => {
    bench.server.listsHubs = true;
    bench.server.hubs.push({ id: '1', callback: 'http://127.0.0.1:9/another' }, { id: '2', callback });
    const { provisioning, logged } = bench.connect();
    provisioning.askForCallbacks(callback);
    await expect.poll(() => logged.join('')).toContain('the network calls back');
    expect(bench.server.requests).toEqual(['GET /hub']);
  });

  test.each<Fault>(['reset before', 'garbage', 'page', { status: 500 }, { status: 404 }, { status: 401 }])(
    'is asked for until it is granted, and what went wrong is only logged: %j',
    async (fault) => {
      bench.server.faults.hub = [fault, fault, fault, fault];
      const { provisioning, logged } = bench.connect();
      provisioning.askForCallbacks(callback);
      expect(await provisioning.submit(newOrder())).toBe('accepted');
      await expect.poll(() => bench.server.hubs.length).toBe(1);
      expect(logged.join('')).not.toContain('hidden-token');
    },
  );

  test('is asked for no more once we are closed', async () => {
    bench.server.faults.hub = { status: 500 };
    const { provisioning } = bench.connect();
    provisioning.askForCallbacks(callback);
    await expect.poll(() => bench.requestsTo('POST /hub').length).toBeGreaterThan(2);
    await provisioning.close();
    const asked = bench.server.requests.length;
    await bench.connect().provisioning.look(newOrder());
    expect(bench.server.requests).toHaveLength(asked + 1);
  });
});

test('without a token endpoint no token is asked for', async () => {
  await bench.connect().provisioning.submit(newOrder());
  expect(bench.server.requests).toEqual(['POST /serviceOrder']);
});

test('whatever goes wrong, the log has no number, secret or token, and nothing that the network wrote', async () => {
  await bench.start({ oauth: CLIENT });
  const { provisioning, logged } = bench.connect({
    credentials: { ...CLIENT, tokenUrl: bench.server.tokenUrl },
  });
  const told = { code: 'ERR_79160000001', reason: 'MSISDN 79160000001', message: 'secret' };
  const faults: Fault[] = [
    { status: 400, body: told },
    { status: 500, body: told },
    'garbage',
    'huge',
    'reset after',
  ];
  bench.server.faults.submit = [...faults];
  bench.server.faults.look = [...faults];
  bench.server.faults.hub = [...faults];
  bench.server.faults.token = [
    'garbage',
    { status: 400, body: { error: '+79160000001', error_description: 'secret' } },
  ];
  provisioning.askForCallbacks('http://127.0.0.1:9/callbacks/tmf641/hidden-token');
  for (let i = 0; i < 8; i++) {
    await provisioning.submit(newOrder());
    await provisioning.look(newOrder());
  }
  provisioning.hear({
    eventType: 'ServiceOrderStateChangeEvent',
    event: { serviceOrder: { externalId: '79160000001' } },
  });
  await expect.poll(() => bench.server.hubs.length).toBe(1);
  expect(logged.length).toBeGreaterThan(10);
  expect(logged.join('')).not.toMatch(/9160000001|secret|100%|hidden-token|Bearer|Basic|access_token/i);
});
