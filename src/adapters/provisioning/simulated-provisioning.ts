import type {
  OrderRef,
  Provisioning,
  ProvisioningOrder,
  ProvisioningState,
  SubmitOutcome,
} from '../../ports/provisioning.ts';

/** How the network behaves, where a line's number does not say otherwise. */
export interface NetworkSteering {
  /** Fixed time for each order; absent: one to two seconds. */
  delayMs?: number | undefined;
  /** The share of orders refused, 0 to 1. */
  failureRate?: number | undefined;
  /** While true, no order comes to its end. */
  hold?: boolean | undefined;
}

/** The demo operator's lines that the network treats their own way, by the end of their number. */
const SLOW = { suffix: '0000006', delayMs: 20_000 };
const REFUSING = { suffix: '0000005', delayMs: 2_000 };

/** So many orders are known; who asks does so within seconds. */
const KNOWN = 2_000;

interface Entry {
  ref: OrderRef;
  outcome: 'completed' | 'refused';
  due: boolean;
}

/** A network in memory for development: takes its time and, where told, refuses. It forgets its orders with the process, and the oldest before. */
export class SimulatedProvisioning implements Provisioning {
  readonly #orders = new Map<string, Entry>();
  /** Due while the network was held: nobody was told. */
  readonly #heldBack: OrderRef[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #listeners: ((ref: OrderRef) => void)[] = [];
  #steering: NetworkSteering = {};

  steer(steering: NetworkSteering): void {
    this.#steering = { ...this.#steering, ...steering };
    if (this.#steering.hold) return;
    for (const ref of this.#heldBack.splice(0)) this.#hint(ref);
  }

  async submit(order: ProvisioningOrder): Promise<SubmitOutcome> {
    const key = keyOf(order);
    if (this.#orders.has(key)) return 'accepted';
    const ref = { subscriberId: order.subscriberId, orderId: order.orderId };
    const entry: Entry = { ref, outcome: this.#outcomeOf(order), due: false };
    this.#orders.set(key, entry);
    this.#forget();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      entry.due = true;
      if (this.#steering.hold) this.#heldBack.push(ref);
      else this.#hint(ref);
    }, this.#delayOf(order));
    this.#timers.add(timer);
    return 'accepted';
  }

  async look(ref: OrderRef): Promise<ProvisioningState> {
    const entry = this.#orders.get(keyOf(ref));
    if (!entry) return 'unknown';
    return entry.due && !this.#steering.hold ? entry.outcome : 'pending';
  }

  onHint(listener: (ref: OrderRef) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Lets the oldest go, but none that is still to come to its end. */
  #forget(): void {
    for (const [key, { due }] of this.#orders) {
      if (this.#orders.size <= KNOWN || !due || this.#steering.hold) return;
      this.#orders.delete(key);
    }
  }

  #hint(ref: OrderRef): void {
    for (const listener of this.#listeners) listener(ref);
  }

  #outcomeOf({ phoneNumber, items: [{ action }] }: ProvisioningOrder): Entry['outcome'] {
    if (phoneNumber.endsWith(REFUSING.suffix) && action === 'add') return 'refused';
    return Math.random() < (this.#steering.failureRate ?? 0) ? 'refused' : 'completed';
  }

  #delayOf({ phoneNumber }: ProvisioningOrder): number {
    if (this.#steering.delayMs !== undefined) return this.#steering.delayMs;
    const special = [SLOW, REFUSING].find(({ suffix }) => phoneNumber.endsWith(suffix));
    return special?.delayMs ?? 1_000 + Math.random() * 1_000;
  }
}

const keyOf = ({ subscriberId, orderId }: OrderRef): string => `${subscriberId}/${orderId}`;
