import { randomUUID } from 'node:crypto';
import type { ServiceOrderCreate } from './tmf641-definition.ts';

/** What becomes of an order. */
export interface Course {
  /** Time until its end; 0: as soon as it has been answered. */
  delayMs?: number;
  /** The state it ends in; or one that it stays in, such as held. */
  outcome?: string;
  /** The states of its items, where they are not that of the order. */
  items?: string[] | undefined;
}

export interface ServiceOrder extends ServiceOrderCreate {
  id: string;
  href: string;
  orderDate: string;
  state: string;
  serviceOrderItem: (ServiceOrderCreate['serviceOrderItem'][number] & { state: string })[];
}

const ENDS = ['completed', 'failed', 'rejected', 'cancelled', 'partial'];

/** The orders that a network has, and how each of them fares. */
export class OrderBook {
  readonly orders: ServiceOrder[] = [];
  readonly #base: string;
  readonly #onChange: (order: ServiceOrder) => void;
  readonly #timers = new Map<ServiceOrder, NodeJS.Timeout>();
  #course: Course = {};
  readonly #courses = new Map<string, Course>();

  constructor(base: string, onChange: (order: ServiceOrder) => void) {
    this.#base = base;
    this.#onChange = onChange;
  }

  /** Sets the course of every order, or of those under one external id; open ones take it from here. */
  steer(course: Course, externalId?: string): void {
    if (externalId === undefined) this.#course = { ...this.#course, ...course };
    else this.#courses.set(externalId, { ...this.#courses.get(externalId), ...course });
    for (const order of this.orders)
      if (!ENDS.includes(order.state) && (externalId ?? order.externalId) === order.externalId)
        this.#follow(order);
  }

  take(given: ServiceOrderCreate): ServiceOrder {
    const id = randomUUID();
    const state = 'acknowledged';
    const order: ServiceOrder = {
      ...given,
      id,
      href: `${this.#base}/serviceOrder/${id}`,
      orderDate: new Date().toISOString(),
      state,
      serviceOrderItem: given.serviceOrderItem.map((item) => ({ ...item, state })),
    };
    this.orders.push(order);
    this.#follow(order);
    return order;
  }

  under(externalId: string): ServiceOrder[] {
    return this.orders.filter((order) => order.externalId === externalId);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #follow(order: ServiceOrder): void {
    const own = this.#courses.get(order.externalId ?? '');
    const { delayMs = 0, outcome = 'completed', items } = { ...this.#course, ...own };
    clearTimeout(this.#timers.get(order));
    const states = items ?? (outcome === 'partial' ? ['completed', 'failed'] : [outcome]);
    if (!ENDS.includes(outcome)) return this.#move(order, outcome, states);
    this.#timers.set(
      order,
      setTimeout(() => this.#move(order, outcome, states), delayMs),
    );
  }

  #move(order: ServiceOrder, state: string, states: string[]): void {
    if (order.state === state) return;
    order.state = state;
    for (const [index, item] of order.serviceOrderItem.entries())
      item.state = states[index] ?? states.at(-1) ?? state;
    this.#onChange(order);
  }
}
