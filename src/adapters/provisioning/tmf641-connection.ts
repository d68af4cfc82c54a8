import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Logger } from 'pino';
import { Agent } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { currentTraceparent, inCall } from '../../seeing/trace.ts';
import { ClientCredentials, type Credentials } from './client-credentials.ts';
import { exchange, type HttpAnswer, type HttpRequest, type NoAnswer } from './http-exchange.ts';

export interface ConnectionTimings {
  connectMs: number;
  /** From the request to the last byte of its answer, the connection included. */
  answerMs: number;
  /** All that one order needs: a token, the call, both again after a 401. It ends within the time a worker has an order. */
  wholeMs: number;
  /** So many failures one after the other open the breaker; after the pause one call tries whether it closes again. */
  breaker: { failures: number; pauseMs: number };
  /** How long the network side is left alone when it asks for that: where it does not say, and at the most. */
  waitMs: { unsaid: number; most: number };
}

export const CONNECTION_TIMINGS: ConnectionTimings = {
  connectMs: 2_000,
  answerMs: 5_000,
  wholeMs: 7_000,
  breaker: { failures: 5, pauseMs: 10_000 },
  waitMs: { unsaid: 5_000, most: 900_000 },
};

const MAX_ANSWER_BYTES = 1024 * 1024;
const CONNECTIONS = 32;

export interface ConnectionOptions {
  /** The API's base, such as https://network.example/tmf-api/serviceOrdering/v4 */
  url: string;
  credentials: Credentials | undefined;
  clock: Clock;
  log: Logger;
}

interface Call {
  method: 'GET' | 'POST';
  /** Below the base. */
  path: string;
  query?: Record<string, string>;
  body?: object;
}

/** Nothing was tried: the network side is down, or has asked to be left alone. */
const LEFT_ALONE: NoAnswer = { kind: 'unreached', reason: 'left alone' };
export const wasTried = (answer: HttpAnswer | NoAnswer): boolean => answer !== LEFT_ALONE;

/** Calls to the network side: with a token, within time limits, and none while it is down or wants a pause. */
export class Tmf641Connection {
  readonly #options: ConnectionOptions;
  readonly #timings: ConnectionTimings;
  readonly #agent: Agent;
  readonly #tokens: ClientCredentials | undefined;
  readonly #breaker: CircuitBreakerPolicy;
  #leaveAloneUntil = 0;

  constructor(options: ConnectionOptions, timings: ConnectionTimings) {
    const { credentials, clock, log } = options;
    this.#options = options;
    this.#timings = timings;
    this.#agent = new Agent({
      connect: { timeout: timings.connectMs },
      connections: CONNECTIONS,
      // One request a connection at a time: what became of it can be told from the connection
      pipelining: 1,
      allowH2: false,
    });
    const send = (request: HttpRequest) => this.#send(request, this.deadline());
    this.#tokens = credentials && new ClientCredentials({ ...credentials, send, clock, log });
    this.#breaker = circuitBreaker(handleWhenResult(isFailure), {
      halfOpenAfter: timings.breaker.pauseMs,
      breaker: new ConsecutiveBreaker(timings.breaker.failures),
    });
    this.#breaker.onBreak(() => log.warn('the network side is down; it is tried again after a pause'));
    this.#breaker.onReset(() => log.info('the network side is back'));
  }

  /** By when a call, or several for one purpose, must be over. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#timings.wholeMs);
  }

  /** Never rejects. An answer is whatever came back whole, a refusal too. */
  async call(call: Call, deadline: AbortSignal): Promise<HttpAnswer | NoAnswer> {
    const isBeingTried = this.#breaker.state === CircuitState.HalfOpen;
    if (isBeingTried || this.#options.clock.now().getTime() < this.#leaveAloneUntil) return LEFT_ALONE;
    try {
      const answer = await this.#breaker.execute(() => this.#authorised(call, deadline));
      return this.#leavesAlone(answer) ? { kind: 'unreached', reason: 'a pause was asked for' } : answer;
    } catch (error) {
      if (isBrokenCircuitError(error)) return LEFT_ALONE;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** With a token; with a new one if it was not taken, which carried nothing out. */
  async #authorised(call: Call, deadline: AbortSignal): Promise<HttpAnswer | NoAnswer> {
    const tokens = this.#tokens;
    if (!tokens) return this.#ask(call, deadline, undefined);
    for (const isLastTry of [false, true]) {
      const token = await tokens.get();
      if (!token) break;
      const answer = await this.#ask(call, deadline, token);
      if (answer.kind !== 'answer' || ![401, 403].includes(answer.status)) return answer;
      tokens.drop(token);
      if (isLastTry) return answer;
    }
    return { kind: 'unreached', reason: 'no token' };
  }

  #ask({ method, path, query, body }: Call, deadline: AbortSignal, token: string | undefined) {
    const url = new URL(this.#options.url.replace(/\/+$/, '') + path);
    url.search = new URLSearchParams(query).toString();
    const headers = {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json;charset=utf-8' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    return this.#send({ method, url, headers, body: body && JSON.stringify(body) }, deadline);
  }

  #send(request: HttpRequest, deadline: AbortSignal): Promise<HttpAnswer | NoAnswer> {
    const signal = AbortSignal.any([deadline, AbortSignal.timeout(this.#timings.answerMs)]);
    const { method, url } = request;
    const facts = { 'http.request.method': method, 'server.address': url.hostname };
    return inCall(`${method} network`, facts, async (step) => {
      const traceparent = currentTraceparent();
      const headers = traceparent ? { ...request.headers, traceparent } : request.headers;
      const limits = { signal, maxBytes: MAX_ANSWER_BYTES };
      const answer = await exchange(this.#agent, { ...request, headers }, limits);
      step.note(
        answer.kind === 'answer'
          ? { 'http.response.status_code': answer.status }
          : { outcome: answer.kind, 'error.type': answer.reason },
      );
      return answer;
    });
  }

  /** Whether the answer is to come back later; until then it is left alone. */
  #leavesAlone(answer: HttpAnswer | NoAnswer): boolean {
    if (answer.kind !== 'answer') return false;
    const now = this.#options.clock.now().getTime();
    const { unsaid, most } = this.#timings.waitMs;
    const pauseMs = pauseAskedFor(answer, now, unsaid);
    if (pauseMs === undefined) return false;
    const waitMs = Math.min(Math.max(0, pauseMs), most);
    this.#leaveAloneUntil = Math.max(this.#leaveAloneUntil, now + waitMs);
    this.#options.log.warn({ waitMs }, 'the network side asks for a pause');
    return true;
  }
}

const isFailure = (result: unknown): boolean => {
  const answer = result as HttpAnswer | NoAnswer;
  return answer.kind !== 'answer' || answer.status >= 500;
};

/** Seconds, or a date (RFC 9110, 10.2.3); a 429 means a pause although it does not say how long. */
function pauseAskedFor({ status, headers }: HttpAnswer, now: number, unsaidMs: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const said = headers['retry-after'] ?? '';
  const pauseMs = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now;
  if (!Number.isNaN(pauseMs)) return pauseMs;
  return status === 429 ? unsaidMs : undefined;
}
