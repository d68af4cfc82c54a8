import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openJobs } from '../../src/adapters/jobs/pg-boss-jobs.ts';
import { openLog } from '../../src/seeing/log.ts';
import { inTrace, traceWith } from '../../src/seeing/trace.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

test('a run that fails is logged in the trace that it was enqueued in, and its span says so', async () => {
  const job = { name: 'doomed', payload: z.object({}), retryLimit: 0, expireInSeconds: 60 };
  const lines: string[] = [];
  const log = openLog({ LOG_LEVEL: 'info' }, { write: (line) => void lines.push(line) });
  const exporter = new InMemorySpanExporter();
  traceWith(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test'),
  );
  const jobs = await openJobs(product.databaseUrl, [job], log, { runs: true, cron: false });
  try {
    await jobs.work([{ definition: job, run: () => Promise.reject(new RangeError('no way')) }]);
    await inTrace('door', { kind: 'request', facts: {} }, () =>
      product.app.db.$transaction((tx) => jobs.enqueue(tx, job, {})),
    );
    await expect.poll(() => exporter.getFinishedSpans().map(({ name }) => name)).toContain('job doomed');
  } finally {
    traceWith(undefined);
    await jobs.stop();
  }
  const span = exporter.getFinishedSpans().find(({ name }) => name === 'job doomed')!;
  expect(span.attributes['error.type']).toBe('RangeError');
  const failed = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'job failed');
  expect(failed).toMatchObject([{ job: 'doomed', traceId: span.spanContext().traceId }]);
});
