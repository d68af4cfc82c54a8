import type { EventKind } from '../generated/prisma/enums.ts';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { App } from '../ports/app.ts';
import { orderStepsFailed } from '../seeing/metrics.ts';
import { inScope } from '../seeing/scope.ts';
import { inTrace } from '../seeing/trace.ts';
import { ORDERS_TOPIC } from './accept-order.ts';
import { keep, putBack, takeUp, type TakenUp } from './take-up.ts';

/** Carries one kind of order out. */
export interface OrderWork {
  kind: EventKind;
  /** How long a worker that has died keeps an order from the others; a living one keeps it for as long as it takes. */
  leaseMs: number;
  /** How many are worked on at once. */
  atOnce: number;
  /** One step; safe to repeat, and to run at once with itself. */
  step: (taken: TakenUp) => Promise<void>;
}

/** Orders are also looked for this often, so that a lost wake-up costs no more. */
const LOOK_EVERY_MS = 1_000;
const STOP_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = { first: 500, last: 60_000 };

type Parts = Pick<App, 'db' | 'clock' | 'log' | 'wakeUps' | 'reach'>;

/** When an order that is still open is looked at again: soon at first, every minute in the end. */
const pauseAfter = (looks: number): number =>
  Math.min(LOOK_AGAIN_MS.first * 2 ** Math.min(looks - 1, 10), LOOK_AGAIN_MS.last);

/** Works on orders until it is stopped; `stop` waits a while for the steps under way, and leaves the rest to others. */
export function workOnOrders(
  app: Parts,
  works: readonly OrderWork[],
  lookEveryMs = LOOK_EVERY_MS,
): { stop(): Promise<void> } {
  const loops = works.map((work) => new Loop(app, work));
  const wake = () => loops.forEach((loop) => loop.wake());
  const stopListening = app.wakeUps.listen(ORDERS_TOPIC, wake);
  const timer = setInterval(wake, lookEveryMs);
  wake();
  return {
    stop: async () => {
      stopListening();
      clearInterval(timer);
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** Takes up as many orders as there is room for, and again while there are more. */
class Loop {
  readonly #app: Parts;
  readonly #work: OrderWork;
  readonly #underWay = new Set<Promise<void>>();
  readonly #oneAtATime = pLimit(1);
  #moreWait = false;
  #stopped = false;

  constructor(app: Parts, work: OrderWork) {
    this.#app = app;
    this.#work = work;
  }

  wake(): void {
    // One look that waits is enough, however many want it
    if (!this.#stopped && this.#oneAtATime.pendingCount === 0)
      void this.#oneAtATime(() =>
        this.#look().catch((err: unknown) => this.#app.log.warn({ err }, 'orders could not be taken up')),
      );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#oneAtATime(() => {});
    await Promise.race([Promise.all(this.#underWay), delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  }

  async #look(): Promise<void> {
    const { kind, atOnce, leaseMs } = this.#work;
    const room = atOnce - this.#underWay.size;
    if (this.#stopped || room <= 0) return;
    const taken = await takeUp(this.#app, kind, { atMost: room, forMs: leaseMs });
    this.#moreWait = taken.length === room;
    for (const order of taken) {
      const step = inScope({ orderId: order.orderId }, () => this.#inTrace(order)).finally(() => {
        this.#underWay.delete(step);
        if (this.#moreWait) this.wake();
      });
      this.#underWay.add(step);
    }
  }

  /** In the trace of the request that placed the order, whichever process that came to. */
  #inTrace(taken: TakenUp): Promise<void> {
    const { kind } = this.#work;
    const { orderId, traceparent } = taken;
    const facts = { 'order.kind': kind, 'order.id': orderId };
    return inTrace(`step ${kind}`, { kind: 'work', traceparent, facts }, () => this.#step(taken));
  }

  async #step(taken: TakenUp): Promise<void> {
    const { kind, leaseMs } = this.#work;
    const renewal = setInterval(() => {
      // What is lost is said by `taken.isLost`; a database that does not answer costs the lease, no more
      keep(this.#app, kind, taken, leaseMs).catch(() => {});
    }, leaseMs / 3);
    try {
      await this.#app.reach('step/taken-up');
      await this.#work.step(taken);
      await this.#app.reach('step/put-back');
    } catch (err) {
      this.#app.log.error({ err, order: taken.orderId, kind }, 'a step of an order failed');
      orderStepsFailed.inc({ kind });
    } finally {
      clearInterval(renewal);
    }
    await putBack(this.#app, kind, taken, pauseAfter(taken.looks)).catch(() => {
      // Its time runs out by itself, and it is taken up again
    });
  }
}
