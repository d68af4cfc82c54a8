import { noteTimeOf } from './server-time.ts';
import { Store, useStore } from './store.ts';

/** How long an answer may take before we ask again. */
export const PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** What is being tried again at the moment; empty: the connection stands. */
const troubled = new Set<object>();
const lost = new Store(false);

export const useConnectionLost = (): boolean => useStore(lost);

function show(): void {
  lost.set(troubled.size > 0);
}

/** One thing that is tried until it succeeds, for as long as somebody wants it. */
export class Trying {
  #failures = 0;

  /** It failed: the next try may come when this resolves, sooner if the network comes back or the page is looked at. */
  async failed(signal?: AbortSignal): Promise<void> {
    troubled.add(this);
    show();
    const longer = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    // Not all at once when a server comes back (half to one and a half of it)
    await pause(longer * (0.5 + Math.random()), signal);
    if (signal?.aborted) this.over();
  }

  /** It succeeded. */
  worked(): void {
    this.#failures = 0;
    this.over();
  }

  /** Nobody wants it any more. */
  over(): void {
    troubled.delete(this);
    show();
  }
}

/** A time, cut short as soon as there is reason to hope: the network comes back, or the page is looked at. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const finish = () => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const looked = () => document.visibilityState === 'visible' && finish();
    const timer = setTimeout(finish, ms);
    addEventListener('online', finish, { signal: done.signal });
    document.addEventListener('visibilitychange', looked, { signal: done.signal });
    signal?.addEventListener('abort', finish, { signal: done.signal });
    if (signal?.aborted) finish();
  });
}

/** A gateway without the server behind it. */
const isNoAnswer = ({ status }: Response): boolean => status === 502 || status === 503 || status === 504;

/** One request and its whole answer: rejects like `fetch`, and for gateways, silence and half an answer, too. */
export async function fetchOnce(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
  const response = await fetch(input, { ...init, signal });
  if (isNoAnswer(response)) throw new TypeError(`No answer: ${response.status}`);
  noteTimeOf(response);
  return new Response(await response.arrayBuffer(), response);
}

/**
 * Asks until there is an answer, and shows meanwhile that the connection is lost. For what may be repeated: reads, and
 * orders, which carry a key.
 */
export async function fetchSteadily(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const trying = new Trying();
  for (;;) {
    try {
      const response = await fetchOnce(input, init);
      trying.worked();
      return response;
    } catch (error) {
      if (init.signal?.aborted) {
        trying.over();
        throw error;
      }
      await trying.failed(init.signal ?? undefined);
    }
  }
}
