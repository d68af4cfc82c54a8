import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AccountDocument,
  ActivateServiceDocument,
  ServiceOrderUpdatedDocument,
} from '../../src/generated/operations.ts';
import { all, Client } from '../support/client.ts';
import { type CollectedSpan, KIND } from '../support/otlp.ts';
import { type Figures, scrape } from '../support/scrape.ts';
import { startWatched, type Watched } from '../support/watched.ts';

const NUMBER = '+79160000001';
/** All that a span may say, as the code has it; whoever adds to it, adds here. */
const SAID = [
  'db.query.summary',
  'db.system.name',
  'error.type',
  'graphql.field',
  'graphql.operation.name',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'job.name',
  'order.id',
  'order.kind',
  'outcome',
  'server.address',
];

let watched: Watched;
let spans: CollectedSpan[];
let before: Figures;
let after: { web: Figures; worker: Figures };
/** What nobody but the subscriber may know. */
let secrets: string[];
let orderId: string;

/** Signs in, looks at the account, fails once, and has a service switched on: the whole way, then everything ends. */
beforeAll(async () => {
  watched = await startWatched();
  before = await scrape(watched.metrics.web);
  const client = new Client(watched.url, 'en');
  await client.trySignIn(NUMBER, 'wrong-Password-77');
  const password = await client.signIn(NUMBER);
  const { fullName } = (await client.run(AccountDocument)).me!;
  await client.query('query MadeUpByMe { me { id } }');
  await client.query('query { nothingOfThisKind }');
  const { activateService } = await client.run(ActivateServiceDocument, {
    input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'the-key-of-this-test' },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  const events = await all(
    client.overSse(ServiceOrderUpdatedDocument, { orderId: activateService.order.id }),
  );
  expect(events.at(-1)!.serviceOrderUpdated.state).toBe('COMPLETED');
  after = { web: await scrape(watched.metrics.web), worker: await scrape(watched.metrics.worker) };
  orderId = watched.network.orders[0]!.externalId!;
  secrets = [NUMBER.slice(1), password, 'wrong-Password-77', client.token!, fullName, 'the-key-of-this-test'];
  await watched.finish();
  ({ spans } = watched.collector);
}, 180_000);
afterAll(() => watched.stop());

const named = (name: string, among = spans): CollectedSpan => {
  const found = among.filter((span) => span.name === name);
  expect(found, `${name} among ${among.map((span) => span.name).join()}`).not.toHaveLength(0);
  return found[0]!;
};
const ofTrace = ({ traceId }: CollectedSpan) => spans.filter((span) => span.traceId === traceId);
const isChild = (child: CollectedSpan, parent: CollectedSpan) =>
  expect(child.parentSpanId, `${child.name} under ${parent.name}`).toBe(parent.spanId);

test('one trace leads from the request that ordered a service to the call to the network, across processes', () => {
  const operation = named('operation ActivateService');
  const whole = ofTrace(operation);
  const request = named('POST /graphql', whole);
  const field = named('Mutation.activateService', whole);
  const insert = named('INSERT service_orders', whole);
  const step = named('step SERVICE_ORDER', whole);
  const submit = named('submit order', whole);
  const call = named('POST network', whole);
  expect(request).toMatchObject({ kind: KIND.SERVER, parentSpanId: undefined, role: 'http' });
  isChild(operation, request);
  isChild(field, operation);
  isChild(insert, field);
  expect(insert).toMatchObject({ kind: KIND.CLIENT, role: 'http' });
  isChild(step, field);
  expect(step).toMatchObject({
    kind: KIND.CONSUMER,
    role: 'worker',
    attributes: { 'order.kind': 'SERVICE_ORDER', 'order.id': orderId },
  });
  isChild(submit, step);
  isChild(call, submit);
  expect(call).toMatchObject({
    kind: KIND.CLIENT,
    role: 'worker',
    attributes: { 'http.request.method': 'POST', 'http.response.status_code': 201 },
  });
  const finished = whole.filter((span) => span.role === 'worker' && span.name === 'UPDATE service_orders');
  expect(finished).not.toHaveLength(0);
  // The network side can go on with it
  expect(watched.network.traceparents[0]).toBe(`00-${call.traceId}-${call.spanId}-01`);
});

test('a job goes on with the trace of the request that it was enqueued in', () => {
  const sms = named('send SMS');
  const whole = ofTrace(sms);
  const job = named('job send-sms-password', whole);
  isChild(sms, job);
  expect(job).toMatchObject({ kind: KIND.CONSUMER, role: 'worker' });
  expect(sms).toMatchObject({ attributes: { outcome: 'ACCEPTED' } });
  expect(named('operation RequestSmsPassword', whole).role).toBe('http');
});

test('each span has its place: only doors begin a trace, and every parent is there', () => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId && !ids.has(parentSpanId));
  expect(orphans.map(({ name }) => name)).toEqual([]);
  const roots = new Set(spans.filter(({ parentSpanId }) => !parentSpanId).map(({ kind }) => kind));
  expect([...roots]).toEqual([KIND.SERVER]);
});

test('no span of the whole journey says anything but what it may, or a secret', () => {
  const said = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...said].filter((name) => !SAID.includes(name))).toEqual([]);
  const text = JSON.stringify(spans.map(({ raw }) => raw));
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toContain('MadeUpByMe');
  expect(text).not.toMatch(/(?<![\da-f])\+?7916\d{7}(?![\da-f])/);
});

test('the figures have moved with what was done', () => {
  const { web, worker } = after;
  const count = 'assistant_operation_seconds_count';
  for (const operation of ['SignIn', 'Account', 'ActivateService'])
    expect(web.sum(count, { operation, transport: 'http' })).toBeGreaterThan(
      before.sum(count, { operation }),
    );
  expect(web.sum(count, { operation: 'ServiceOrderUpdated', transport: 'sse' })).toBe(1);
  expect(web.sum(count, { operation: 'other' })).toBe(2);
  expect(web.text).not.toContain('MadeUpByMe');
  expect(web.sum('assistant_errors_total', { code: 'BAD_USER_INPUT' })).toBe(1);
  expect(web.sum('assistant_http_responses_total', { room: 'graphql', status: '200' })).toBeGreaterThan(5);
  expect(worker.sum('assistant_sms_total', { outcome: 'ACCEPTED' })).toBe(1);
  expect(worker.sum('assistant_job_runs_total', { queue: 'send-sms-password', outcome: 'completed' })).toBe(
    1,
  );
  expect(worker.sum('assistant_network_call_seconds_count', { call: 'submit', outcome: 'accepted' })).toBe(1);
  expect(worker.sum('assistant_orders_finished_total', { kind: 'SERVICE_ORDER', state: 'COMPLETED' })).toBe(
    1,
  );
});

test('the figures say how the process and the database are', () => {
  for (const figures of [after.web, after.worker]) {
    expect(figures.sum('assistant_database_up')).toBe(1);
    expect(figures.sum('assistant_listening')).toBe(1);
    expect(figures.sum('assistant_database_connections')).toBeGreaterThan(0);
    expect(figures.labelsOf.get('assistant_orders_open')).toEqual(new Set(['kind', 'state']));
    expect(figures.sum('assistant_orders_open')).toBe(0);
    expect(figures.sum('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(figures.labelsOf.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  }
});
