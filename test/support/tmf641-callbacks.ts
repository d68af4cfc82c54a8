import { randomUUID } from 'node:crypto';
import type { ServiceOrder } from './tmf641-book.ts';

export interface Hub {
  id: string;
  callback: string;
  query?: string | undefined;
}

/** How a network side calls back: by TMF641 events, well or badly. */
export class Callbacks {
  /**
   * lost: none is sent · twice: each · late: kept until `deliver` · reordered: the same, newest first · forged: to a
   * wrong token.
   */
  way: 'sent' | 'twice' | 'late' | 'reordered' | 'lost' | 'forged' = 'sent';
  /** Where they go in place of the origin that was registered, as a proxy in front would have it. */
  to: string | undefined;
  /** What they were answered with. */
  readonly answers: { externalId: string | undefined; status: number }[] = [];
  readonly #hubs: readonly Hub[];
  readonly #kept: (() => Promise<void>)[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(hubs: readonly Hub[]) {
    this.#hubs = hubs;
  }

  /** An order has changed its state. */
  tell(order: ServiceOrder): void {
    if (this.way === 'lost') return;
    const event = {
      eventId: randomUUID(),
      eventTime: new Date().toISOString(),
      eventType: 'ServiceOrderStateChangeEvent',
      event: { serviceOrder: structuredClone(order) },
    };
    for (const { callback } of this.#hubs) {
      const send = () => this.#post(callback, event);
      if (this.way === 'late') this.#kept.push(send);
      else if (this.way === 'reordered') this.#kept.unshift(send);
      else for (let times = this.way === 'twice' ? 2 : 1; times > 0; times--) this.#track(send());
    }
  }

  /** Sends those that were kept. */
  async deliver(): Promise<void> {
    for (const send of this.#kept.splice(0)) await send();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #track(calling: Promise<void>): void {
    this.#underWay.add(calling);
    void calling.finally(() => this.#underWay.delete(calling));
  }

  async #post(callback: string, event: { event: { serviceOrder: ServiceOrder } }): Promise<void> {
    const url = new URL(callback);
    if (this.way === 'forged') url.pathname = `${url.pathname.slice(0, -1)}!`;
    const target = this.to === undefined ? url : new URL(url.pathname, this.to);
    const status = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: JSON.stringify(event),
    }).then(
      (response) => response.status,
      () => 0,
    );
    this.answers.push({ externalId: event.event.serviceOrder.externalId, status });
  }
}
