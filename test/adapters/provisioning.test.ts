import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatedProvisioning } from '../../src/adapters/provisioning/simulated-provisioning.ts';
import type { PhoneNumber } from '../../src/phone-number.ts';
import type { OrderRef, Provisioning } from '../../src/ports/provisioning.ts';
import { startTmf641 } from '../support/tmf641.ts';
import { connectTmf641, giveOnce, newOrder, refOf, startReceiver } from '../support/tmf641-client.ts';

/** A network side, as this test can have its way with it. */
interface Network {
  provisioning: Provisioning;
  /** Orders that come now are not finished until `finish`. */
  hold(): void;
  finish(): void;
  /** How often an order was carried out. */
  effects(orderId: string): number;
}

/** The demo operator's line on which activations fail; the other network is told to fail them. */
const REFUSED = '+79160000005' as PhoneNumber;
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end();
});

function simulated(): Network {
  const provisioning = new SimulatedProvisioning();
  provisioning.steer({ delayMs: 0 });
  const done: string[] = [];
  provisioning.onHint(({ orderId }) => void done.push(orderId));
  return {
    provisioning,
    hold: () => provisioning.steer({ hold: true }),
    finish: () => provisioning.steer({ hold: false }),
    effects: (orderId) => done.filter((id) => id === orderId).length,
  };
}

async function overTmf641(): Promise<Network> {
  const server = await startTmf641();
  toEnd.push(() => server.stop());
  const { provisioning } = connectTmf641({ url: server.url });
  const receiver = await startReceiver((body) => provisioning.hear(body));
  toEnd.push(() => receiver.stop());
  provisioning.askForCallbacks(receiver.callback);
  await expect.poll(() => server.hubs.length).toBe(1);
  const failing: Provisioning = {
    submit: (order) => {
      if (order.phoneNumber === REFUSED) server.steer({ outcome: 'failed' }, order.orderId);
      return provisioning.submit(order);
    },
    look: (ref) => provisioning.look(ref),
    onHint: (listener) => provisioning.onHint(listener),
    close: () => provisioning.close(),
  };
  return {
    provisioning: failing,
    hold: () => server.steer({ outcome: 'held' }),
    finish: () => server.steer({ outcome: 'completed' }),
    effects: (orderId) => server.effects(orderId),
  };
}

describe.each([
  ['simulated', simulated],
  ['TMF641', overTmf641],
] as const)('the %s network', (_name, start) => {
  let network: Network;
  let provisioning: Provisioning;
  const stateOf = (ref: OrderRef) => expect.poll(() => provisioning.look(refOf(ref)));
  beforeEach(async () => {
    network = await start();
    provisioning = network.provisioning;
    toEnd.push(() => provisioning.close());
  });

  test('takes an order, and completes it', async () => {
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('accepted');
    await stateOf(order).toBe('completed');
  });

  test('knows nothing of what it was never given, and nothing of another’s order by its own', async () => {
    await provisioning.submit(newOrder());
    expect(await provisioning.look(refOf(newOrder()))).toBe('unknown');
  });

  test('says that an order is under way until it is finished', async () => {
    network.hold();
    const order = newOrder();
    expect(await provisioning.submit(order)).toBe('accepted');
    await stateOf(order).toBe('pending');
    network.finish();
    await stateOf(order).toBe('completed');
  });

  test('refuses what cannot be carried out', async () => {
    const order = newOrder({ phoneNumber: REFUSED });
    expect(await provisioning.submit(order)).toBe('accepted');
    await stateOf(order).toBe('refused');
  });

  test('carries an order out once, however often it is given by who asks first', async () => {
    const order = newOrder();
    for (let i = 0; i < 4; i++) await giveOnce(provisioning, order);
    await stateOf(order).toBe('completed');
    await giveOnce(provisioning, order);
    expect(network.effects(order.orderId)).toBe(1);
  });

  test('hints at what has changed, to all who want to hear of it', async () => {
    const heard: OrderRef[][] = [[], []];
    for (const each of heard) provisioning.onHint((ref) => void each.push(ref));
    const order = newOrder();
    await provisioning.submit(order);
    await expect.poll(() => heard).toEqual([[refOf(order)], [refOf(order)]]);
    await stateOf(order).toBe('completed');
  });

  test('takes several items as one order', async () => {
    const order = newOrder({
      items: [
        { action: 'change', tariffCode: 'SMART_PLUS' },
        { action: 'remove', serviceCode: 'WEATHER' },
        { action: 'add', serviceCode: 'ROAMING' },
      ],
    });
    expect(await provisioning.submit(order)).toBe('accepted');
    await stateOf(order).toBe('completed');
    expect(network.effects(order.orderId)).toBe(1);
  });

  test('lets go of everything when it is closed, and still rejects nothing', async () => {
    network.hold();
    const order = newOrder();
    await provisioning.submit(order);
    await provisioning.close();
    expect(['pending', 'unreached']).toContain(await provisioning.look(order));
  });
});

test('the simulated network forgets old orders, but none that it still has to carry out', async () => {
  const network = simulated();
  const { provisioning } = network;
  const held = newOrder();
  network.hold();
  await provisioning.submit(held);
  const all = Array.from({ length: 2_001 }, () => newOrder());
  for (const each of all) await provisioning.submit(each);
  await new Promise((resolve) => setTimeout(resolve));
  expect(await provisioning.look(refOf(held))).toBe('pending');
  network.finish();
  await provisioning.submit(newOrder());
  expect(await provisioning.look(refOf(held))).toBe('unknown');
  expect(await provisioning.look(refOf(all.at(-1)!))).toBe('completed');
});
