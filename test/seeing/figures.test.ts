import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ActivateServiceDocument } from '../../src/generated/operations.ts';
import { showBacklog } from '../../src/seeing/backlog.ts';
import { type MetricsServer, serveMetrics } from '../../src/seeing/serve-metrics.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';
import { type Figures, scrape } from '../support/scrape.ts';

vi.setConfig({ testTimeout: 120_000 });
let product: Running;
let server: MetricsServer;
let client: Client;

beforeAll(async () => {
  product = await startProduct();
  server = await serveMetrics({ port: 0, host: '127.0.0.1' }, () => product.app.takeStock());
  client = product.client('en');
  await client.signIn('+79160000001');
});
afterAll(async () => {
  await server.stop();
  await product.stop();
});

/** The figures, once they say so. */
const figuresWhere = (isSo: (figures: Figures) => boolean): Promise<Figures> =>
  vi.waitUntil(
    async () => {
      const figures = await scrape(server.url);
      return isSo(figures) && figures;
    },
    { timeout: 30_000, interval: 50 },
  );

test('an open order shows with its state and its age, and no longer when it is done', async () => {
  product.app.devTools.network.steer({ hold: true });
  const before = await scrape(server.url);
  const { activateService } = await client.run(ActivateServiceDocument, {
    input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'k' },
  });
  expect(activateService.__typename).toBe('ServiceOrderAccepted');
  const order = { kind: 'SERVICE_ORDER', state: 'IN_PROGRESS' };
  await figuresWhere((figures) => figures.sum('assistant_orders_open', order) === 1);
  product.clock.advance({ minutes: 1 });
  const later = await scrape(server.url);
  expect(later.sum('assistant_orders_oldest_seconds', order)).toBeGreaterThanOrEqual(60);
  product.app.devTools.network.steer({ hold: false });
  const finished = { kind: 'SERVICE_ORDER', state: 'COMPLETED' };
  const count = (figures: Figures) => figures.sum('assistant_orders_finished_total', finished);
  await figuresWhere((figures) => count(figures) === count(before) + 1);
  expect((await scrape(server.url)).sum('assistant_orders_open')).toBe(0);
});

test('streams and sockets count while they are open', async () => {
  const openNow = ({ sum }: Pick<Figures, 'sum'>) =>
    [sum('assistant_streams_open'), sum('assistant_sockets_open')].join(' ');
  const payload = { query: 'subscription { serviceOrderUpdated { cursor } }' };
  const socket = client.openSocket();
  const heard = { next: () => {}, error: () => {}, complete: () => {} };
  socket.subscribe(payload, heard);
  await figuresWhere((figures) => openNow(figures) === '1 1');
  const reader = new AbortController();
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { ...client.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(payload),
    signal: reader.signal,
  });
  expect(response.status).toBe(200);
  await figuresWhere((figures) => openNow(figures) === '2 1');
  reader.abort();
  await figuresWhere((figures) => openNow(figures) === '1 1');
  await socket.dispose();
  await figuresWhere((figures) => openNow(figures) === '0 0');
});

test('what a limit refuses is counted by the limit', async () => {
  const stranger = product.client('en');
  for (let tries = 0; tries < 6; tries++) await stranger.trySignIn('+79160000002', 'never-Was-It-8');
  expect((await scrape(server.url)).sum('assistant_limits_refused_total', { limit: 'tries' })).toBe(1);
});

test('without a database the figures come all the same, and say so', async () => {
  await showBacklog(() => Promise.reject(new Error('away')));
  const { metrics } = await import('../../src/seeing/metrics.ts');
  const text = await metrics.metrics();
  expect(text).toContain('assistant_database_up 0');
  expect(text).not.toMatch(/^assistant_orders_open\{/m);
});
