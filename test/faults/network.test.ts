import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Answer } from '../support/client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { startTmf641, type Tmf641Server } from '../support/tmf641.ts';
import { CLIENT } from '../support/tmf641-client.ts';
import { faultCases, spoil } from './faults.ts';
import { activate, aLine, assist, changeTariff, deactivate, type Line } from './lines.ts';
import { endsOnce, IN_TIME, watchProcess } from './once.ts';

const ORDERS = [activate, deactivate, assist, changeTariff];
const SLOW_MS = 100;
/** As many as the adapter opens. */
const CONNECTIONS = 32;
let network: Tmf641Server;
let proxy: FaultyProxy;
let product: Running;
const watched = watchProcess();
beforeAll(async () => {
  network = await startTmf641({ oauth: CLIENT });
  proxy = await FaultyProxy.to(Number(new URL(network.url).port));
  const through = (url: string) => Object.assign(new URL(url), { port: String(proxy.port) }).href;
  product = await startProduct({
    settings: {
      PROVISIONING_URL: through(network.url),
      PROVISIONING_TOKEN_URL: through(network.tokenUrl),
      PROVISIONING_CLIENT_ID: CLIENT.clientId,
      PROVISIONING_CLIENT_SECRET: CLIENT.clientSecret,
      PUBLIC_URL: 'https://my.operator.example',
      LOG_LEVEL: 'error',
    },
    patience: {
      timings: {
        network: {
          connectMs: 500,
          answerMs: 600,
          wholeMs: 900,
          breaker: { failures: 3, pauseMs: 200 },
          hubMs: { first: 50, last: 500 },
        },
      },
    },
  });
  network.callbacks.to = product.url;
  await vi.waitUntil(() => network.hubs.length === 1, IN_TIME);
});
afterAll(async () => {
  await product.stop();
  await proxy.stop();
  await network.stop();
});

const acceptedAs = ({ data }: Answer<any>) =>
  (Object.values(data as object)[0] as { __typename: string }).__typename;

/** What the line's owner sees of an order that has to wait. */
async function shown(line: Line): Promise<{ state: string; late: boolean; failure: unknown }> {
  line.client.token = await openSession(product.app, line.phoneNumber);
  const { data } = await line.client.query(
    '{ me { serviceOrders(first: 1) { edges { node { state late failure { code } } } } } }',
  );
  return data.me.serviceOrders.edges[0].node;
}

test.each(faultCases({ upTo: 3_000 }))(
  'the network side, $title: orders are accepted, stay open, say that they are late, and are carried out once',
  { timeout: 120_000 },
  async (each) => {
    const lines = await Promise.all(ORDERS.map(() => aLine(product)));
    const before = network.requests.length;
    const connectedBefore = proxy.connections;
    spoil(proxy, each, SLOW_MS);
    const answers = await Promise.all(ORDERS.map((order, i) => order.ask(lines[i]!)));
    expect(answers.map(acceptedAs)).toEqual(
      ORDERS.map(({ table }) => (table === 'tariffChange' ? 'TariffChangeAccepted' : 'ServiceOrderAccepted')),
    );
    const isBad = each.fault !== 'slow' && !each.after;
    if (isBad) {
      // Each was tried, and what the way made of it has been seen
      await expect.poll(tried(lines), IN_TIME).toBe(ORDERS.length);
      product.clock.advance({ minutes: 16 });
      expect(await shown(lines[0]!)).toMatchObject({ late: true, failure: null });
      expect((await shown(lines[0]!)).state).toMatch(/^(ACKNOWLEDGED|IN_PROGRESS)$/);
    }
    proxy.way = 'pass';
    // By now each is due to be looked at again
    if (isBad) product.clock.advance({ seconds: 8 });
    for (const [i, order] of ORDERS.entries()) {
      const { id } = await endsOnce(product, lines[i]!, order);
      expect(network.effects(id), order.name).toBe(1);
    }
    expect(network.requests.length).toBeGreaterThan(before);
    expect(proxy.connections).toBeGreaterThanOrEqual(connectedBefore);
    expect(network.hubs).toHaveLength(1);
    await expect.poll(() => proxy.open, IN_TIME).toBeLessThanOrEqual(CONNECTIONS);
    watched.calm();
  },
);

/** How many of the lines' orders some worker has taken up twice: once it was tried, and once more since. */
const tried = (lines: readonly Line[]) => async () => {
  const where = { subscriberId: { in: lines.map(({ id }) => id) }, looks: { gt: 1 } };
  const { serviceOrder, tariffChange } = product.app.db;
  return (await serviceOrder.count({ where })) + (await tariffChange.count({ where }));
};
