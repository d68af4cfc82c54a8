import pg from 'pg';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { serveWorkerHealth } from '../../src/http/worker-health.ts';
import { Gate } from '../support/gate.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { openSockets, RawSocket } from '../support/socket.ts';

const PHONE = '+79160000001';
const STREAM = 'subscription { serviceOrderUpdated { cursor state } }';
const ACTIVATE = `mutation ($code: String!, $key: ID!) {
  activateService(input: { serviceCode: $code, idempotencyKey: $key }) { __typename }
}`;
/** What the page's client accepts, whatever it asks. */
const PAGE_ACCEPTS =
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed';
const ACCEPTED = { data: { activateService: { __typename: 'ServiceOrderAccepted' } } };

async function start(options: Parameters<typeof startProduct>[0] = {}) {
  const product = await startProduct(options);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= product.stop());
  onTestFinished(stop);
  return { product, stop, token: await openSession(product.app, PHONE) };
}

const readiness = async ({ url }: { url: string }) => {
  const response = await fetch(`${url}/health/ready`);
  return [response.status, await response.json()];
};

test('a process that is about to stop says so, serves on, and ends each connection behind its answer', async () => {
  const { product } = await start();
  expect(await readiness(product)).toEqual([200, { status: 'ready' }]);
  const before = await fetch(`${product.url}/health/live`);
  expect(before.headers.get('connection')).toBe('keep-alive');
  product.leave();
  expect(await readiness(product)).toEqual([503, { status: 'it is about to stop' }]);
  const live = await fetch(`${product.url}/health/live`);
  expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
  expect((await product.client().query('{ __typename }')).data).toEqual({ __typename: 'Query' });
});

test('nobody is sent to a process that hears of nothing', async () => {
  const { product } = await start();
  const name = new URL(product.databaseUrl).pathname.slice(1);
  const admin = new pg.Client(inject('testServer').adminUrl);
  await admin.connect();
  onTestFinished(() => admin.end());
  // Its other connections stay: the database answers
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'internet-assistant listener' AND datname = $1`,
    [name],
  );
  const deaf = [503, { status: 'the listening connection is lost' }];
  await expect.poll(() => readiness(product)).toEqual(deaf);
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await expect.poll(() => readiness(product)).toEqual([200, { status: 'ready' }]);
});

test('a worker answers for its health, and for nothing else', async () => {
  const { product } = await start();
  const health = await serveWorkerHealth(product.app);
  onTestFinished(() => health.stop());
  expect(await readiness(health)).toEqual([200, { status: 'ready' }]);
  expect((await fetch(`${health.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${health.url}/graphql`, { method: 'POST' })).status).toBe(404);
  health.leave();
  expect((await readiness(health))[0]).toBe(503);
});

test('what is under way when it stops is answered: over HTTP, to the page, and over a socket', async () => {
  const gate = new Gate();
  const { product, stop, token } = await start({ reach: gate.reach });
  const socket = await RawSocket.open(product.url, token);
  const client = Object.assign(product.client(), { token });
  gate.stopBefore('accept/committed');
  const orders = () =>
    product.app.db.serviceOrder.count({
      where: { serviceCode: { in: ['VOICEMAIL', 'ANTISPAM', 'CALL_FORWARDING'] } },
    });
  const before = await orders();
  const overHttp = client.query(ACTIVATE, { code: 'VOICEMAIL', key: 'a' });
  const toThePage = fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: PAGE_ACCEPTS, authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: ACTIVATE, variables: { code: 'CALL_FORWARDING', key: 'c' } }),
  });
  socket.subscribe('1', ACTIVATE, { variables: { code: 'ANTISPAM', key: 'b' } });
  await vi.waitUntil(async () => (await orders()) === before + 3, { timeout: 60_000 });

  const stopped = stop();
  await vi.waitUntil(() => refuses(product), { timeout: 60_000 });
  gate.goOn();
  expect(await overHttp).toMatchObject(ACCEPTED);
  expect(await (await toThePage).json()).toEqual(ACCEPTED);
  expect(await socket.answer('1')).toEqual(ACCEPTED);
  expect((await socket.closed).code).toBe(1012);
  await stopped;
});

/** Whether it takes no connection any more. */
const refuses = ({ url }: Running): Promise<boolean> =>
  fetch(`${url}/health/live`).then(
    () => false,
    () => true,
  );

test('streams are sent away one after another: sockets with 1012, SSE without the word complete', async () => {
  const { product, stop, token } = await start({ settings: { STOP_STREAMS_SECONDS: '6' } });
  const left: number[] = [];
  const sockets = await openSockets(4, () => RawSocket.open(product.url, token));
  for (const [index, socket] of sockets.entries()) socket.subscribe(String(index), STREAM);
  const sse = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: STREAM }),
  });
  const began = performance.now();
  const closed = sockets.map(async (socket) => {
    const { code } = await socket.closed;
    left.push(performance.now() - began);
    return code;
  });
  await Promise.all([stop(), ...closed]);
  expect(await Promise.all(closed)).toEqual([1012, 1012, 1012, 1012]);
  expect(await sse.text()).not.toContain('complete');
  // Timers are never early by more than a moment
  expect(left[3]! - left[0]!).toBeGreaterThan(3_000);
  expect(product.log()).not.toMatch(/"level":(50|60)/);
});
