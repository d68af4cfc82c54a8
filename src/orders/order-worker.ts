import type { EventKind } from '../generated/prisma/enums.ts';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { App } from '../ports/app.ts';
import { orderStepsFailed } from '../seeing/metrics.ts';
import { inScope } from '../seeing/scope.ts';
import { inTrace } from '../seeing/trace.ts';
import { FINISH_WITHIN_MS } from '../stop-times.ts';
import { ORDERS_TOPIC } from './accept-order.ts';
import { keep, putBack, takeUp, type TakenUp } from './take-up.ts';

/** Carries one kind of order out. */
export interface OrderWork {
  kind: EventKind;
  /** How long a worker that has died keeps an order from the others; a living one keeps it for as long as it takes. */
  leaseMs: number;
  /** How many are worked on at once. */
  atOnce: number;
  /**
   * One step; safe to repeat, and to run at once with itself. It may say in how many milliseconds the next one is due, if
   * the order is still open.
   */
  step: (taken: TakenUp) => Promise<number | void>;
}

/** Orders are also looked for this often, so that a lost wake-up costs no more. */
const LOOK_EVERY_MS = 1_000;
const LOOK_AGAIN_MS = { first: 500, last: 60_000 };

interface Pace {
  lookEveryMs?: number | undefined;
  /** How long steps under way are waited for. */
  stopWithinMs?: number;
}

type Parts = Pick<App, 'db' | 'clock' | 'log' | 'wakeUps' | 'reach'>;

/** When an order that is still open is looked at again: soon at first, every minute in the end. */
const pauseAfter = (looks: number): number =>
  Math.min(LOOK_AGAIN_MS.first * 2 ** Math.min(looks - 1, 10), LOOK_AGAIN_MS.last);

/**
 * Works on orders until it is stopped; `stop` takes up no more, waits a while for the steps under way, and hands the
 * rest over: another worker takes them up at once.
 */
export function workOnOrders(
  app: Parts,
  works: readonly OrderWork[],
  { lookEveryMs = LOOK_EVERY_MS, stopWithinMs = FINISH_WITHIN_MS }: Pace = {},
): { stop(): Promise<void> } {
  const loops = works.map((work) => new Loop(app, work, stopWithinMs));
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
  readonly #stopWithinMs: number;
  readonly #underWay = new Map<Promise<void>, Hold>();
  readonly #oneAtATime = pLimit(1);
  #moreWait = false;
  #stopped = false;

  constructor(app: Parts, work: OrderWork, stopWithinMs: number) {
    this.#app = app;
    this.#work = work;
    this.#stopWithinMs = stopWithinMs;
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
    const all = Promise.all(this.#underWay.keys());
    await Promise.race([all, delay(this.#stopWithinMs, undefined, { ref: false })]);
    await Promise.all(this.#underWay.values().map((hold) => hold.handOver()));
  }

  async #look(): Promise<void> {
    const { kind, atOnce, leaseMs } = this.#work;
    const room = atOnce - this.#underWay.size;
    if (this.#stopped || room <= 0) return;
    const taken = await takeUp(this.#app, kind, { atMost: room, forMs: leaseMs });
    this.#moreWait = taken.length === room;
    for (const order of taken) {
      const hold = new Hold(this.#app, this.#work, order);
      const step = inScope({ orderId: order.orderId }, () => this.#inTrace(hold)).finally(() => {
        this.#underWay.delete(step);
        if (this.#moreWait) this.wake();
      });
      this.#underWay.set(step, hold);
    }
  }

  /** In the trace of the request that placed the order, whichever process that came to. */
  #inTrace(hold: Hold): Promise<void> {
    const { kind } = this.#work;
    const { orderId, traceparent } = hold.taken;
    const facts = { 'order.kind': kind, 'order.id': orderId };
    return inTrace(`step ${kind}`, { kind: 'work', traceparent, facts }, () => this.#step(hold));
  }

  async #step(hold: Hold): Promise<void> {
    const { taken } = hold;
    const { kind } = this.#work;
    let nextInMs = pauseAfter(taken.looks);
    try {
      await this.#app.reach('step/taken-up');
      nextInMs = (await this.#work.step(taken)) ?? nextInMs;
      await this.#app.reach('step/put-back');
    } catch (err) {
      this.#app.log.error({ err, order: taken.orderId, kind }, 'a step of an order failed');
      orderStepsFailed.inc({ kind });
    }
    await hold.letGo(nextInMs);
  }
}

/** An order that is kept for as long as its step takes. */
class Hold {
  readonly taken: TakenUp;
  readonly #app: Parts;
  readonly #kind: EventKind;
  readonly #renewal: NodeJS.Timeout;

  constructor(app: Parts, { kind, leaseMs }: OrderWork, taken: TakenUp) {
    this.#app = app;
    this.#kind = kind;
    this.taken = taken;
    this.#renewal = setInterval(() => {
      // What is lost is said by `taken.isLost`; a database that does not answer costs the lease, no more
      keep(app, kind, taken, leaseMs).catch(() => {});
    }, leaseMs / 3);
  }

  /** Puts it back until its next look. */
  async letGo(afterMs: number): Promise<void> {
    clearInterval(this.#renewal);
    await putBack(this.#app, this.#kind, this.taken, afterMs).catch(() => {
      // Its time runs out by itself, and it is taken up again
    });
  }

  /** Leaves it to another worker, now; its step may still run here, as two steps of an order may at once. */
  async handOver(): Promise<void> {
    this.taken.isLost = true;
    await this.letGo(0);
    await this.#app.wakeUps.notify(this.#app.db, ORDERS_TOPIC).catch(() => {
      // They look by themselves, too
    });
  }
}
