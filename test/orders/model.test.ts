import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topUp } from '../../src/ledger/top-up.ts';
import { stepNetworkOrder } from '../../src/orders/network-order.ts';
import type { FailurePoint } from '../../src/ports/failure-points.ts';
import type {
  OrderRef,
  Provisioning,
  ProvisioningOrder,
  ProvisioningState,
  SubmitOutcome,
} from '../../src/ports/provisioning.ts';
import { cancelServiceOrder } from '../../src/services/cancel-order.ts';
import { placeServiceOrder } from '../../src/services/place-order.ts';
import { serviceOrders } from '../../src/services/service-orders.ts';
import { newLine } from '../support/lines.ts';
import { rounds } from '../support/rounds.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(() => product.stop());

/** How the network takes the next order: `lost` and `kept` are both an answer that never came. */
type Mood = 'accepted' | 'refused' | 'unreached' | 'lost' | 'kept';
type End = 'completed' | 'refused' | 'cancelled';

/** A network that does as it is told, and counts what it was given. */
class ToldNetwork implements Provisioning {
  mood: Mood = 'accepted';
  readonly orders = new Map<string, { state: ProvisioningState; given: number }>();

  async submit({ orderId }: ProvisioningOrder): Promise<SubmitOutcome> {
    const has = ['accepted', 'kept'].includes(this.mood);
    if (has)
      this.orders.set(orderId, { state: 'pending', given: (this.orders.get(orderId)?.given ?? 0) + 1 });
    return this.mood === 'lost' || this.mood === 'kept' ? 'unknown' : this.mood;
  }

  async look({ orderId }: OrderRef): Promise<ProvisioningState> {
    return this.mood === 'unreached' ? 'unreached' : (this.orders.get(orderId)?.state ?? 'unknown');
  }

  onHint(): void {}
  async close(): Promise<void> {}
}

const PRICES = {
  WEATHER: 0n,
  CALL_FORWARDING: 30_00n,
  HIDDEN_NUMBER: 34_00n,
  NUMBER_ALWAYS_SHOWN: 0n,
} as const;
type Code = keyof typeof PRICES;
const CODES = Object.keys(PRICES) as Code[];
/** Those that cannot be on together. */
const RIVALS: Partial<Record<Code, Code>> = {
  HIDDEN_NUMBER: 'NUMBER_ALWAYS_SHOWN',
  NUMBER_ALWAYS_SHOWN: 'HIDDEN_NUMBER',
};

type Deed =
  | { do: 'tap'; on: boolean; code: Code; key: number }
  | { do: 'cancel'; which: number }
  | { do: 'work'; dies: FailurePoint | undefined }
  | { do: 'mood'; mood: Mood }
  | { do: 'end'; which: number; end: End }
  | { do: 'wait'; seconds: number }
  | { do: 'pay'; amount: bigint };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tap' as const),
      on: fc.boolean(),
      code: fc.constantFrom(...CODES),
      key: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(4) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      dies: fc.constantFrom<FailurePoint | undefined>(
        undefined,
        undefined,
        undefined,
        'step/handed',
        'step/submitted',
        'step/looked',
        'finish/moved',
        'finish/paid',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom<Mood>('accepted', 'accepted', 'refused', 'unreached', 'lost', 'kept'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(4),
      end: fc.constantFrom<End>('completed', 'completed', 'refused', 'cancelled'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 11, 3_600, 90_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pay' as const), amount: fc.constantFrom(10_00n, 50_00n) }),
  },
);

/** Seconds. */
const [LATE, DAY] = [900, 86_400];

interface Known {
  id: string;
  on: boolean;
  code: Code;
  fee: bigint;
  state: 'ACKNOWLEDGED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
  createdAt: number;
  handedAt: number | null;
}

const isOpen = ({ state }: Known): boolean => state === 'ACKNOWLEDGED' || state === 'IN_PROGRESS';

/** What the brief says an order's life is, on plain values. */
class Model {
  balance = 100_00n;
  readonly on = new Set<Code>();
  readonly orders: Known[] = [];
  readonly keys = new Map<number, { on: boolean; code: Code; order: number }>();
  now = 0;

  get held(): bigint {
    return this.orders.filter(isOpen).reduce((sum, { fee }) => sum + fee, 0n);
  }

  openOrder = (code: Code): Known | undefined =>
    this.orders.find((order) => order.code === code && isOpen(order));

  /** What a tap is answered with. */
  answerTo(on: boolean, code: Code): string {
    if (this.openOrder(code)) return 'OrderInProgress';
    if (on && this.on.has(code)) return 'ServiceAlreadyActive';
    if (!on && !this.on.has(code)) return 'ServiceNotActive';
    const rival = RIVALS[code];
    if (on && rival && (this.on.has(rival) || this.openOrder(rival))) return 'ServiceConflict';
    const fee = on ? PRICES[code] : 0n;
    return fee > 0n && this.balance - this.held < fee ? 'InsufficientFunds' : 'ServiceOrderAccepted';
  }

  finish(order: Known, state: 'COMPLETED' | 'FAILED' | 'CANCELLED'): void {
    order.state = state;
    if (state !== 'COMPLETED') return;
    this.balance -= order.fee;
    if (order.on) this.on.add(order.code);
    else this.on.delete(order.code);
  }

  /** One step of a worker, which may die on the way. */
  step(order: Known, network: ToldNetwork, dies: FailurePoint | undefined): void {
    if (!isOpen(order)) return;
    if (order.handedAt === null) return this.#hand(order, network, dies);
    const known = network.orders.get(order.id)?.state ?? 'unknown';
    const state = network.mood === 'unreached' ? 'unreached' : known;
    if (dies === 'step/looked') return;
    if (state === 'unknown' && this.now - order.handedAt >= 10)
      return this.#age(order) >= DAY ? this.#end(order, 'FAILED', dies) : this.#hand(order, network, dies);
    if (state === 'pending' && order.state === 'ACKNOWLEDGED') order.state = 'IN_PROGRESS';
    if (state === 'completed') this.#end(order, 'COMPLETED', dies);
    if (state === 'refused' || state === 'cancelled') this.#end(order, 'FAILED', dies);
  }

  #hand(order: Known, network: ToldNetwork, dies: FailurePoint | undefined): void {
    const before = order.handedAt;
    order.handedAt = this.now;
    if (dies === 'step/handed') return;
    if (dies === 'step/submitted') return;
    // What may have come before may be why this one is refused
    const isBelieved = before === null || this.#age(order) >= LATE;
    if (network.mood === 'refused' && isBelieved) return this.#end(order, 'FAILED', dies);
    if (network.mood !== 'unreached') order.state = 'IN_PROGRESS';
    else if (before === null && this.#age(order) >= DAY) this.#end(order, 'FAILED', dies);
    else if (before === null) order.handedAt = null;
  }

  #age = ({ createdAt }: Known): number => this.now - createdAt;

  /** Who dies before the end is committed has ended nothing. */
  #end(order: Known, state: 'COMPLETED' | 'FAILED', dies: FailurePoint | undefined): void {
    if (dies !== 'finish/moved' && dies !== 'finish/paid') this.finish(order, state);
  }
}

class Death extends Error {}

async function freshLine(): Promise<string> {
  const { id } = await newLine(product.app.db, { timeZone: 'UTC', activatedAt: new Date(0) });
  await topUp(product.app, { subscriberId: id, amount: 100_00n, reference: 'first' });
  return id;
}

async function live(deeds: readonly Deed[]): Promise<void> {
  const subscriberId = await freshLine();
  const network = new ToldNetwork();
  const model = new Model();
  const start = Date.now();
  let dies: FailurePoint | undefined;
  const app = {
    ...product.app,
    provisioning: network,
    clock: { now: () => new Date(start + model.now * 1_000) },
    reach: (point: FailurePoint) => {
      if (point === dies) throw new Death();
    },
  };
  let payments = 0;
  for (const each of deeds) {
    if (each.do === 'tap') await tap(each);
    if (each.do === 'cancel') await cancel(model.orders[each.which]);
    if (each.do === 'work')
      for (const order of model.orders.filter(isOpen)) {
        ({ dies } = each);
        model.step(order, network, dies);
        await stepNetworkOrder(app, serviceOrders, { subscriberId, orderId: order.id }).catch(
          (error: unknown) => {
            if (!(error instanceof Death)) throw error;
          },
        );
        dies = undefined;
      }
    if (each.do === 'mood') network.mood = each.mood;
    if (each.do === 'end') {
      const theirs = network.orders.get(model.orders[each.which]?.id ?? '');
      if (theirs?.state === 'pending') theirs.state = each.end;
    }
    if (each.do === 'wait') model.now += each.seconds;
    if (each.do === 'pay') {
      await topUp(app, { subscriberId, amount: each.amount, reference: `p${payments++}` });
      model.balance += each.amount;
    }
    await agrees();
  }

  async function tap({ on, code, key }: Extract<Deed, { do: 'tap' }>): Promise<void> {
    const before = model.keys.get(key);
    const isSame = before?.on === on && before.code === code;
    const expected = before
      ? isSame
        ? 'ServiceOrderAccepted'
        : 'IdempotencyKeyReused'
      : model.answerTo(on, code);
    const mutation = 'tap';
    const result = await placeServiceOrder(app, {
      subscriberId,
      kind: on ? 'ACTIVATE' : 'DEACTIVATE',
      serviceCode: code,
      channel: 'SELF_CARE',
      language: 'en',
      keyed: { subscriberId, actor: 'self', mutation, key: String(key), input: { on: String(on), code } },
    });
    expect(result.__typename).toBe(expected);
    if (result.__typename !== 'ServiceOrderAccepted') return;
    if (before) return expect(result.orderId).toBe(model.orders[before.order]!.id);
    const fee = on ? PRICES[code] : 0n;
    model.keys.set(key, { on, code, order: model.orders.length });
    const { orderId: id } = result;
    model.orders.push({ id, on, code, fee, state: 'ACKNOWLEDGED', createdAt: model.now, handedAt: null });
  }

  async function cancel(order: Known | undefined): Promise<void> {
    if (!order) return;
    const can = order.state === 'CANCELLED' || (order.state === 'ACKNOWLEDGED' && order.handedAt === null);
    const { __typename } = await cancelServiceOrder(app, { subscriberId, orderId: order.id });
    expect(__typename).toBe(can ? 'ServiceOrderCancelled' : 'OrderNotCancellable');
    if (can && isOpen(order)) model.finish(order, 'CANCELLED');
  }

  /** The line in the database is what the model says, and what must always hold does. */
  async function agrees(): Promise<void> {
    const { db } = product.app;
    const line = await db.subscriber.findUniqueOrThrow({
      where: { id: subscriberId },
      include: {
        services: true,
        serviceOrders: { orderBy: { id: 'asc' } },
        events: { orderBy: { seq: 'asc' } },
      },
    });
    expect({ balance: line.balance, held: line.held }).toEqual({ balance: model.balance, held: model.held });
    expect(line.services.map(({ serviceCode }) => serviceCode).toSorted()).toEqual([...model.on].toSorted());
    const states = new Map(line.serviceOrders.map(({ id, state }) => [id, state]));
    expect(model.orders.map(({ id }) => states.get(id))).toEqual(model.orders.map(({ state }) => state));
    expect(line.serviceOrders).toHaveLength(model.orders.length);
    expect(line.events.map(({ seq }) => seq)).toEqual(line.events.map((_, i) => i + 1));
    for (const { id } of model.orders) {
      const told = line.events.filter(({ orderId }) => orderId === id).map(({ state }) => state);
      expect(told.at(-1)).toBe(states.get(id));
      expect(new Set(told).size).toBe(told.length);
      expect(network.orders.get(id)?.given ?? 1).toBe(1);
    }
  }
}

test(
  'whatever is tapped, lost, refused and killed, a line’s orders go as the rules say',
  { timeout: 600_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(deed, { minLength: 15, maxLength: 40 }), live), {
      numRuns: rounds(100, 1_000),
    });
  },
);
