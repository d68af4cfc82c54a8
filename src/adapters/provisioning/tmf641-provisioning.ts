import type { Logger } from 'pino';
import type { NetworkCallback } from '../../ports/network-callback.ts';
import type {
  OrderRef,
  Provisioning,
  ProvisioningOrder,
  ProvisioningState,
  SubmitOutcome,
} from '../../ports/provisioning.ts';
import type { Random } from '../../ports/random.ts';
import type { HttpAnswer, NoAnswer } from './http-exchange.ts';
import {
  CONNECTION_TIMINGS,
  type ConnectionOptions,
  type ConnectionTimings,
  Tmf641Connection,
  wasTried,
} from './tmf641-connection.ts';
import { orderIn } from './tmf641-event.ts';
import { type HubPauses, registerCallback } from './tmf641-hub.ts';
import {
  errorCodeIn,
  isOrder,
  ordersIn,
  PARTY_FIELDS,
  READ_FIELDS,
  readingOf,
  serviceOrderOf,
  subscriberOf,
} from './tmf641-order.ts';

interface Timings extends ConnectionTimings {
  hubMs: HubPauses;
}

const TIMINGS: Timings = { ...CONNECTION_TIMINGS, hubMs: { first: 1_000, last: 300_000 } };

export interface Tmf641Options extends ConnectionOptions {
  random: Random;
  timings?: Partial<Timings>;
}

/** Answers by which somebody says that such a request is none, before it has looked at what it asks for. */
const NEVER_LOOKED_AT = [401, 403, 404, 405, 406, 411, 413, 414, 415, 431];

/**
 * The network side by TM Forum's Service Ordering API (TMF641 v4): our order's id is the service order's external id.
 * Nothing is remembered: whatever process asks finds the order by that id.
 */
export class Tmf641Provisioning implements Provisioning, NetworkCallback {
  readonly #connection: Tmf641Connection;
  readonly #log: Logger;
  readonly #random: Random;
  readonly #timings: Timings;
  readonly #closing = new AbortController();
  readonly #listeners: ((ref: OrderRef) => void)[] = [];
  #registering: Promise<void> | undefined;

  constructor({ timings, random, ...connection }: Tmf641Options) {
    this.#timings = { ...TIMINGS, ...timings };
    this.#connection = new Tmf641Connection(connection, this.#timings);
    this.#log = connection.log;
    this.#random = random;
  }

  async submit(order: ProvisioningOrder): Promise<SubmitOutcome> {
    const deadline = this.#connection.deadline();
    const answer = await this.#connection.call(
      { method: 'POST', path: '/serviceOrder', body: serviceOrderOf(order) },
      deadline,
    );
    const outcome = await this.#outcomeOf(order, answer, deadline);
    if (outcome !== 'accepted') this.#tell(order, answer, { outcome }, 'an order was not taken');
    return outcome;
  }

  async look(ref: OrderRef): Promise<ProvisioningState> {
    return this.#look(ref, this.#connection.deadline());
  }

  onHint(listener: (ref: OrderRef) => void): void {
    this.#listeners.push(listener);
  }

  /** Has the network call us at this address from now on; tries in the background until it does. */
  askForCallbacks(callback: string): void {
    this.#registering = registerCallback({
      connection: this.#connection,
      callback,
      pauses: this.#timings.hubMs,
      random: this.#random,
      log: this.#log,
      signal: this.#closing.signal,
    });
  }

  hear(body: unknown): void {
    const order = orderIn(body);
    if (!order) return;
    const { orderId, subscriberId } = order;
    if (subscriberId) this.#hint({ orderId, subscriberId });
    else void this.#ownerOf(orderId).then((owner) => owner && this.#hint({ orderId, subscriberId: owner }));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
    await this.#registering;
  }

  #hint(ref: OrderRef): void {
    if (!this.#closing.signal.aborted) for (const listener of this.#listeners) listener(ref);
  }

  async #outcomeOf(
    ref: OrderRef,
    answer: HttpAnswer | NoAnswer,
    deadline: AbortSignal,
  ): Promise<SubmitOutcome> {
    if (answer.kind !== 'answer') return answer.kind;
    const { status, text } = answer;
    if (status >= 200 && status < 300) return isOrder(text, ref.orderId) ? 'accepted' : 'unknown';
    if (NEVER_LOOKED_AT.includes(status)) return 'unreached';
    if (![400, 409, 422].includes(status)) return 'unknown';
    const state = status === 409 ? await this.#look(ref, deadline) : 'unknown';
    if (state !== 'unknown') return state === 'unreached' ? 'unknown' : 'accepted';
    // What a gateway says in words of its own tells nothing of the order
    return errorCodeIn(text) === undefined ? 'unknown' : 'refused';
  }

  async #look(ref: OrderRef, deadline: AbortSignal): Promise<ProvisioningState> {
    const { orders, answer } = await this.#find(ref.orderId, READ_FIELDS, deadline);
    if (!orders) {
      this.#tell(ref, answer, {}, 'an order could not be asked after');
      return 'unreached';
    }
    const { state, oddity } = readingOf(orders);
    if (oddity)
      this.#log.error({ order: ref.orderId, state, oddity }, 'an order needs a look by the operator');
    return state;
  }

  /** The orders under our id; none: the network has no such order; undefined: it did not say. */
  async #find(externalId: string, fields: string, deadline: AbortSignal) {
    const query = { externalId, fields };
    const answer = await this.#connection.call({ method: 'GET', path: '/serviceOrder', query }, deadline);
    return { answer, orders: answer.kind === 'answer' ? foundIn(answer, externalId) : undefined };
  }

  /** Whose an order is, of which an event told no more than its id. */
  async #ownerOf(orderId: string): Promise<string | undefined> {
    const { orders = [] } = await this.#find(orderId, PARTY_FIELDS, this.#connection.deadline());
    return orders.map(subscriberOf).find((id) => id !== undefined);
  }

  /** Says what went wrong by status and code alone: what the network writes may hold a phone number. */
  #tell({ orderId: order }: OrderRef, answer: HttpAnswer | NoAnswer, more: object, what: string): void {
    const level = wasTried(answer) ? 'warn' : 'debug';
    if (answer.kind !== 'answer') this.#log[level]({ order, ...more, reason: answer.reason }, what);
    else
      this.#log[level](
        { order, ...more, status: answer.status, code: loggable(errorCodeIn(answer.text)) },
        what,
      );
  }
}

/**
 * What a search by external id has found. A network that answers with orders of others has not searched, and one that
 * counts more than it shows has not shown all: then an order that is missing may be there after all.
 */
function foundIn({ status, headers, text }: HttpAnswer, externalId: string) {
  if (status === 404) return errorCodeIn(text) === undefined ? undefined : [];
  if (status !== 200 && status !== 206) return undefined;
  const all = ordersIn(text);
  const ours = all?.filter((order) => order.externalId === externalId);
  if (ours?.length) return ours;
  return all?.length === 0 && !(Number(headers['x-total-count']) > 0) ? [] : undefined;
}

/** A code, and surely no number of a person. */
const loggable = (code: string | undefined): string | undefined =>
  code !== undefined && /^(?!.*\d{6})[\w.-]{1,40}$/.test(code) ? code : undefined;
