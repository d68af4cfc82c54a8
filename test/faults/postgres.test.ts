import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ServiceOrderUpdatedDocument } from '../../src/generated/operations.ts';
import { createTestDatabase } from '../support/database.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { type Fault, faultCases, PUT_OFF, spoil } from './faults.ts';
import { type Doing, DONE, FLOWS } from './flows.ts';
import { activate, aLine, type Line } from './lines.ts';
import { endsOnce, IN_TIME, watchProcess } from './once.ts';

const SLOW_MS = 20;
/** Requests 16, jobs 8, and a listener of each. */
const CONNECTIONS = 26;
let proxy: FaultyProxy;
let product: Running;
const watched = watchProcess();
beforeAll(async () => {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  proxy = await FaultyProxy.to(Number(port), hostname);
  const through = new URL(database.url);
  through.host = `127.0.0.1:${proxy.port}`;
  product = await startProduct({
    database: { url: through.href, drop: () => database.drop() },
    lookAgainMs: 500,
    patience: { statementMs: 5_000 },
    settings: {
      OPERATION_SECONDS: '8',
      LOG_LEVEL: 'error',
      SMS_PER_10_MINUTES: '1000',
      // A renewal whose answer was lost is told again for so long: here, beyond the longest fault
      REFRESH_GRACE_SECONDS: '100',
    },
  });
});
afterAll(async () => {
  await product.stop();
  await proxy.stop();
});

/** One flow under the fault: asked once and told something clear, then asked again, as a person's app does, until it is done. */
async function runFlow(
  name: string,
  { ask, ends }: Doing,
  fault: Fault,
  lifted: Promise<void>,
  told: () => void,
) {
  expect(await ask(), name).toMatch(fault === 'slow' ? DONE : new RegExp(`${PUT_OFF.source}|${DONE.source}`));
  told();
  await lifted;
  await expect.poll(ask, { ...IN_TIME, message: name }).toMatch(DONE);
  await ends();
}

/** A stream that is open before the fault, of an order that ends after it: told of once, whatever happened between. */
async function openStream(line: Line, transport: 'overSse' | 'overWebSocket') {
  const stream = line.client[transport](ServiceOrderUpdatedDocument, {});
  let state = '';
  while (state !== 'IN_PROGRESS') state = (await stream.next()).value!.serviceOrderUpdated.state;
  return {
    ended: async () => {
      const { value } = await stream.next();
      expect(value!.serviceOrderUpdated.state, transport).toBe('COMPLETED');
      await stream.return(undefined);
    },
  };
}

const ready = async () => (await fetch(`${product.url}/health/ready`)).status;

test.each(faultCases({ upTo: 20_000 }))(
  'PostgreSQL, $title: each flow is told, and goes on by itself afterwards',
  { timeout: 120_000 },
  async (each) => {
    onTestFinished(() => void (proxy.way = 'pass'));
    const doings = await Promise.all(
      FLOWS.map(async ({ name, begin }) => ({ name, doing: await begin(product, await aLine(product)) })),
    );
    const followed = await aLine(product);
    product.app.devTools.network.steer({ hold: true });
    await activate.ask(followed);
    const streams = await Promise.all([
      openStream(followed, 'overSse'),
      openStream(followed, 'overWebSocket'),
    ]);

    spoil(proxy, each, SLOW_MS);
    const lifted = Promise.withResolvers<void>();
    let untold = FLOWS.length;
    const allTold = Promise.withResolvers<void>();
    const told = () => void (--untold || allTold.resolve());
    const running = Promise.all(
      doings.map(({ name, doing }) => runFlow(name, doing, each.fault, lifted.promise, told)),
    );
    await Promise.race([allTold.promise, running]);
    if (!each.after && each.fault !== 'slow') expect(await ready()).toBe(503);
    proxy.way = 'pass';
    product.app.devTools.network.steer({ hold: false });
    lifted.resolve();

    await running;
    await Promise.all(streams.map((stream) => stream.ended()));
    await endsOnce(product, followed, activate);
    await expect.poll(ready, IN_TIME).toBe(200);
    await expect.poll(() => proxy.open, IN_TIME).toBeLessThanOrEqual(CONNECTIONS);
    watched.calm();
  },
);
