import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import {
  type Tmf641Options,
  Tmf641Provisioning,
} from '../../src/adapters/provisioning/tmf641-provisioning.ts';
import type { PhoneNumber } from '../../src/phone-number.ts';
import type { OrderRef, Provisioning, ProvisioningOrder } from '../../src/ports/provisioning.ts';
import { MovableClock } from './clock.ts';
import { startTmf641, type Tmf641Server, type Tmf641Settings } from './tmf641.ts';

export const CLIENT = { clientId: 'internet assistant', clientSecret: 'very: secret/100%' };

/** Time enough for a loaded machine: what is to run out is set by the test that waits for it. */
const PATIENT = {
  connectMs: 60_000,
  answerMs: 60_000,
  wholeMs: 60_000,
  breaker: { failures: 1_000, pauseMs: 3_600_000 },
  hubMs: { first: 5, last: 20 },
} satisfies Tmf641Options['timings'];

/** An adapter as the product makes it, with a clock and a log in hand. */
export function connectTmf641(options: Pick<Tmf641Options, 'url'> & Partial<Tmf641Options>) {
  const clock = new MovableClock();
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const provisioning = new Tmf641Provisioning({
    credentials: undefined,
    clock,
    random: { below: randomInt },
    log,
    ...options,
    timings: { ...PATIENT, ...options.timings },
  });
  return { provisioning, clock, logged };
}

export const newOrder = (more: Partial<ProvisioningOrder> = {}): ProvisioningOrder => ({
  subscriberId: randomUUID(),
  orderId: randomUUID(),
  phoneNumber: '+79160000001' as PhoneNumber,
  items: [{ action: 'add', serviceCode: 'VOICEMAIL' }],
  ...more,
});

export const refOf = ({ subscriberId, orderId }: OrderRef): OrderRef => ({ subscriberId, orderId });

/** As every caller does it: asked after first, and given only if the network does not have it. */
export async function giveOnce(provisioning: Provisioning, order: ProvisioningOrder): Promise<void> {
  if ((await provisioning.look(order)) === 'unknown') await provisioning.submit(order);
}

/** Somewhere for the network to call back, without the product around it. */
export async function startReceiver(hear: (body: unknown) => void) {
  const server = createServer(async (request, response) => {
    hear(await json(request));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    callback: `http://127.0.0.1:${port}/callbacks/hidden-token`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** For each test a network side of its own, and adapters that go to it; all gone when the test has ended. */
export class Tmf641Bench {
  server!: Tmf641Server;
  readonly toEnd: (() => unknown)[] = [];

  constructor() {
    beforeEach(() => this.start());
    afterEach(async () => {
      vi.useRealTimers();
      for (const end of this.toEnd.splice(0).toReversed()) await end();
    });
  }

  /** Another network side in place of the one before. */
  async start(settings: Tmf641Settings = {}): Promise<void> {
    const started = await startTmf641(settings);
    this.toEnd.push(() => started.stop());
    this.server = started;
  }

  connect(options: Partial<Tmf641Options> = {}) {
    const connected = connectTmf641({ url: this.server.url, ...options });
    this.toEnd.push(() => connected.provisioning.close());
    return connected;
  }

  /** With a connection that stands already, so that a time limit meets the answer and not the connecting. */
  async connectWarm(timings: Tmf641Options['timings']) {
    const connected = this.connect({ timings });
    await expect.poll(() => connected.provisioning.look(newOrder())).toBe('unknown');
    return connected;
  }

  requestsTo(path: string): string[] {
    return this.server.requests.filter((request) => request.includes(path));
  }
}
