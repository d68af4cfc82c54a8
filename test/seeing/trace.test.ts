import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seeRequest } from '../../src/http/seen.ts';
import { openLog } from '../../src/seeing/log.ts';
import {
  currentTraceparent,
  inCall,
  inSpan,
  inSpanIfLater,
  inTrace,
  traceWith,
} from '../../src/seeing/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SAMPLED = `00-${TRACE}-00f067aa0ba902b7-01`;
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({
  sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
beforeEach(() => traceWith(provider.getTracer('test')));
afterEach(() => {
  traceWith(undefined);
  exporter.reset();
});

const made = () => exporter.getFinishedSpans().map(({ name }) => name);
const open = <Result>(traceparent: string | undefined, run: () => Promise<Result>) =>
  inTrace('door', { kind: 'request', traceparent, facts: {} }, run);

test('while nothing is traced, work is just done', async () => {
  traceWith(undefined);
  const place = await open(SAMPLED, () => inSpan('step', {}, async () => currentTraceparent() ?? 'nowhere'));
  expect(place).toBe('nowhere');
  expect(made()).toEqual([]);
});

test('what a process does by itself makes no trace', async () => {
  expect(await inCall('SELECT', {}, async () => 1)).toBe(1);
  expect(made()).toEqual([]);
});

test('a trace that is not recorded goes on as such, and costs no steps', async () => {
  const unrecorded = SAMPLED.replace(/01$/, '00');
  const place = await open(unrecorded, () => inSpan('step', {}, async () => currentTraceparent()));
  expect(place).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  expect(made()).toEqual([]);
});

test.each([
  undefined,
  '',
  'x',
  SAMPLED.replace(/^00/, 'ff'),
  SAMPLED.replace(TRACE, '0'.repeat(32)),
  `${SAMPLED}-x`,
])('what is no traceparent begins a trace: %s', async (given) => {
  await open(given, async () => {});
  expect(exporter.getFinishedSpans()[0]!.parentSpanContext).toBeUndefined();
});

test('a step that fails says what kind of fault it was, and nothing of its message', async () => {
  const fails = () => Promise.reject(new RangeError('+79160000001 is out of range'));
  await expect(open(SAMPLED, () => inSpan('step', {}, fails))).rejects.toThrow('out of range');
  const [step] = exporter.getFinishedSpans();
  expect(step!.attributes).toEqual({ 'error.type': 'RangeError' });
  expect([step!.status, step!.events]).toEqual([{ code: 2 }, []]);
});

test('what is logged meanwhile names the trace', async () => {
  let line = '';
  const log = openLog({ LOG_LEVEL: 'info' }, { write: (text) => void (line = text) });
  await open(SAMPLED, () => inSpan('step', {}, async () => log.info('words')));
  expect(JSON.parse(line)).toMatchObject({ traceId: TRACE, msg: 'words' });
});

test('a resolver that has its answer at hand is no step', async () => {
  await open(SAMPLED, async () => {
    expect(inSpanIfLater('at hand', {}, () => 1)).toBe(1);
    expect(await inSpanIfLater('later', {}, async () => 2)).toBe(2);
  });
  expect(made()).toEqual(['later', 'door']);
});

test('work that outlives its request makes no steps of a trace that is over, but knows its place', async () => {
  let goOn = () => {};
  const later = new Promise<void>((resolve) => (goOn = resolve));
  let after: Promise<string | undefined> | undefined;
  await open(SAMPLED, async () => {
    after = later.then(() => inSpan('late', {}, async () => currentTraceparent()));
  });
  goOn();
  expect(await after).toMatch(new RegExp(`^00-${TRACE}-`));
  expect(made()).toEqual(['door']);
});

test.each([
  [0, false],
  [1, true],
  [['10.0.0.0/8'], true],
])('a traceparent is believed where a proxy is: TRUST_PROXY=%j', async (TRUST_PROXY, isBelieved) => {
  const request = { method: 'POST', headers: { traceparent: SAMPLED } } as unknown as IncomingMessage;
  await seeRequest(
    { TRUST_PROXY },
    request,
    { statusCode: 200 } as ServerResponse,
    'graphql',
    async () => {},
  );
  const [span] = exporter.getFinishedSpans();
  expect(span!.spanContext().traceId === TRACE).toBe(isBelieved);
  expect(span!.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
  });
});
