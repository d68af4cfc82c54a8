import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { worksOf } from '../../src/app.ts';
import { workOnOrders } from '../../src/orders/order-worker.ts';
import type { FailurePoint } from '../../src/ports/failure-points.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { Client } from '../support/client.ts';
import { type Doomed, startDoomed } from '../support/crash.ts';
import { globalId } from '../support/global-id.ts';
import { oldLine, PASSPORT } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';
import { startTmf641, type Tmf641Server } from '../support/tmf641.ts';

const SERVICE = 'CALL_FORWARDING';
const ACCEPT = ['locked', 'written', 'held', 'told', 'remembered', 'committed'].map(
  (point) => `accept/${point}` as FailurePoint,
);
const STEP: FailurePoint[] = [
  'step/taken-up',
  'step/handed',
  'step/submitted',
  'step/looked',
  'step/put-back',
];
const FINISH: FailurePoint[] = [
  'finish/locked',
  'finish/moved',
  'finish/carried-out',
  'finish/paid',
  'finish/committed',
];

let network: Tmf641Server;
let product: Running;
let settings: Record<string, string>;
beforeAll(async () => {
  network = await startTmf641();
  settings = {
    PORT: '0',
    PROVISIONING_URL: network.url,
    ORDER_RESUBMIT_SECONDS: '1',
    DETAIL_FEE: '5.00',
    LOG_LEVEL: 'silent',
    DEV_TOOLS: 'on',
  };
  // Whoever comes after the crash: it serves, and works only once the other is dead
  product = await startProduct({ settings, works: false });
  settings['DATA_DIR'] = product.app.config.DATA_DIR;
  await product.app.db.service.update({ where: { code: 'CONTENT_BAN' }, data: { consultantFee: 10_00n } });
});
afterAll(async () => {
  await product.stop();
  await network.stop();
});

let lines = 0;
/** An old line of its own. */
async function aLine(): Promise<{ id: string; client: (url: string) => Promise<Client> }> {
  const { id, phoneNumber } = await oldLine(product.app, `+7999${String(++lines).padStart(7, '0')}`);
  const client = async (url: string) =>
    Object.assign(new Client(url, 'en'), { token: await openSession(product.app, phoneNumber) });
  return { id, client };
}

interface Flow {
  name: string;
  points: FailurePoint[];
  /** The request whose answer may be lost; sent again after the crash with the same key. */
  ask: (url: string, line: Awaited<ReturnType<typeof aLine>>) => Promise<unknown>;
  /** What there must be in the end. */
  table: 'serviceOrder' | 'tariffChange' | 'detailOrder';
  fee: bigint;
  effects: number;
  ends?: 'CANCELLED';
}

const mutation = (name: string, input: string, selection: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ... on ${selection} } }`;
const idempotencyKey = 'the one';

const order =
  (name: 'activateService' | 'deactivateService', serviceCode: string): Flow['ask'] =>
  async (url, { client }) =>
    (await client(url)).query(mutation(name, 'ServiceOrderInput', 'ServiceOrderAccepted { order { id } }'), {
      input: { serviceCode, idempotencyKey },
    });

const assist: Flow['ask'] = async (url, { id }) => {
  const support = Object.assign(new Client(url), { token: await devStaffToken(product.app, ['support']) });
  const subscriberId = globalId('Subscriber', id);
  const input = {
    subscriberId,
    kind: 'ACTIVATE',
    serviceCode: 'CONTENT_BAN',
    passport: PASSPORT,
    idempotencyKey,
  };
  return support.query(
    mutation('assistServiceOrder', 'AssistServiceOrderInput', 'ServiceOrderAccepted { order { id } }'),
    {
      input,
    },
  );
};

const cancel: Flow['ask'] = async (url, line) => {
  const placed = (await order('activateService', SERVICE)(url, line)) as {
    data: { activateService: { order: { id: string } } };
  };
  return (await line.client(url)).query(
    mutation('cancelServiceOrder', 'CancelOrderInput', 'ServiceOrderCancelled { order { id } }'),
    {
      input: { orderId: placed.data.activateService.order.id },
    },
  );
};

const changeTariff: Flow['ask'] = async (url, { id, client }) => {
  const { db, clock } = product.app;
  const createdAt = clock.now();
  // The same quote for both times
  const quote =
    (await db.tariffQuote.findFirst({ where: { subscriberId: id } })) ??
    (await db.tariffQuote.create({
      data: {
        subscriberId: id,
        tariffCode: 'TALK',
        switchFee: 100_00n,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + 900_000),
      },
    }));
  const quoteId = globalId('TariffQuote', id, quote.id);
  return (await client(url)).query(
    mutation('changeTariff', 'ChangeTariffInput', 'TariffChangeAccepted { change { id } }'),
    {
      input: { quoteId, idempotencyKey },
    },
  );
};

const detail: Flow['ask'] = async (url, { client }) => {
  const day = new Date().toISOString().slice(0, 10);
  return (await client(url)).query(
    mutation('orderDetail', 'OrderDetailInput', 'DetailOrderAccepted { order { id } }'),
    {
      input: { from: day, to: day, format: 'CSV', idempotencyKey },
    },
  );
};

const FLOWS: Flow[] = [
  {
    name: 'activate',
    points: [...ACCEPT, ...STEP, ...FINISH],
    ask: order('activateService', SERVICE),
    table: 'serviceOrder',
    fee: 30_00n,
    effects: 1,
  },
  {
    name: 'deactivate',
    points: [...ACCEPT, ...STEP, ...FINISH],
    ask: order('deactivateService', 'WEATHER'),
    table: 'serviceOrder',
    fee: 0n,
    effects: 1,
  },
  {
    name: 'assist',
    points: ['assist/tried', 'assist/identified', 'assist/written', ...ACCEPT, ...STEP, ...FINISH],
    ask: assist,
    table: 'serviceOrder',
    fee: 10_00n,
    effects: 1,
  },
  {
    name: 'cancel',
    points: [...ACCEPT, 'cancel/asked', 'finish/locked', 'finish/moved', 'finish/paid', 'finish/committed'],
    ask: cancel,
    table: 'serviceOrder',
    fee: 0n,
    effects: 0,
    ends: 'CANCELLED',
  },
  {
    name: 'change tariff',
    points: [...ACCEPT, ...STEP, ...FINISH],
    ask: changeTariff,
    table: 'tariffChange',
    fee: 100_00n,
    effects: 1,
  },
  {
    name: 'statement',
    points: [...ACCEPT, 'step/taken-up', 'detail/made', 'detail/delivered', 'step/put-back', ...FINISH],
    ask: detail,
    table: 'detailOrder',
    fee: 5_00n,
    effects: 0,
  },
];

/** In the normal run each flow dies at some of its points, another some each day; in the long one at all, with seeds. */
const SOME = 4;
const pointsOf = ({ points, name }: Flow): FailurePoint[] => {
  if (process.env['LONG'] || name === 'activate') return points;
  const from = Math.floor(Date.now() / 86_400_000) % points.length;
  return Array.from({ length: SOME }, (_, i) => points[(from + i) % points.length]!);
};

const cases = FLOWS.flatMap((flow) =>
  pointsOf(flow).flatMap((point) =>
    Array.from({ length: rounds(1, 5) }, (_, seed) => ({
      ...flow,
      point,
      seed,
      title: `${flow.name} at ${point}, seed ${seed}`,
    })),
  ),
);

async function dieAt({ point, ask, ends }: (typeof cases)[number], line: Awaited<ReturnType<typeof aLine>>) {
  // While nobody works, what is ordered stays cancellable
  const works = ends !== 'CANCELLED';
  const doomed: Doomed = await startDoomed(product.databaseUrl, settings, { crashAt: point, works });
  doomed.arm();
  await ask(doomed.url, line).catch(() => {});
  await doomed.dead;
}

describe('killed at any step, an order comes to its end once', () => {
  test.each(cases)('$title', async (each) => {
    const { ask, table, fee, effects, seed, ends } = each;
    network.steer({ delayMs: seed * 30 });
    const line = await aLine();
    await dieAt(each, line);

    const answer = (await ask(product.url, line)) as { data: object; errors?: unknown };
    expect(answer.errors).toBeUndefined();
    // Whatever the dead one had taken up is free again after this time
    product.clock.advance({ seconds: 15 });
    const worker = workOnOrders(product.app, worksOf(product.app));
    onTestFinished(() => worker.stop());
    const { db } = product.app;
    const orders = () => (db[table] as typeof db.serviceOrder).findMany({ where: { subscriberId: line.id } });
    await expect.poll(async () => (await orders()).map(({ state }) => state)).toEqual([ends ?? 'COMPLETED']);
    await worker.stop();

    const [only] = await orders();
    expect(network.effects(only!.id)).toBe(effects);
    const entries = await db.ledgerEntry.findMany({ where: { subscriberId: line.id, amount: { lt: 0n } } });
    expect(entries.map(({ amount }) => -amount)).toEqual(fee ? [fee] : []);
    const events = await db.event.findMany({ where: { subscriberId: line.id }, orderBy: { seq: 'asc' } });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const finals = events.filter(({ state }) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(state));
    expect(finals).toHaveLength(1);
    expect(events.at(-1)).toEqual(finals[0]);
    const { held } = await db.subscriber.findUniqueOrThrow({ where: { id: line.id } });
    expect(held).toBe(0n);
    if (each.name === 'assist')
      expect(await db.staffAct.count({ where: { subscriberId: line.id, act: 'assistServiceOrder' } })).toBe(
        1,
      );
    if (table === 'detailOrder') {
      const { sha256, byteSize } = await db.detailOrder.findFirstOrThrow({
        where: { subscriberId: line.id },
      });
      expect([sha256?.length, byteSize! > 0]).toEqual([64, true]);
    }
  });
});
