import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface HttpAnswer {
  kind: 'answer';
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** unreached: not a byte of the request left us · unknown: some may have, and no whole answer came back. */
export interface NoAnswer {
  kind: 'unreached' | 'unknown';
  /** A short word for the log; never a text of the other side's. */
  reason: string;
}

/**
 * Makes one request and reads its whole answer. Never rejects; no redirect is followed, and nothing is sent twice.
 * `maxBytes`: an answer that is larger is broken off.
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: HttpRequest,
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<HttpAnswer | NoAnswer> =>
  new Promise((resolve) => {
    const handler = new Exchange(maxBytes, resolve);
    const stop = () => handler.giveUp(nameOf(signal.reason));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    void handler.over.promise.then(() => signal.removeEventListener('abort', stop));
    const { url, method, headers, body } = request;
    dispatcher.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
      handler,
    );
  });

/** Hears what becomes of a request; the connection is there, and the first byte goes out, from `onRequestStart` on. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly over = Promise.withResolvers<void>();
  readonly #maxBytes: number;
  readonly #resolve: (result: HttpAnswer | NoAnswer) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #size = 0;
  #head: Pick<HttpAnswer, 'status' | 'headers'> = { status: 0, headers: {} };

  constructor(maxBytes: number, resolve: (result: HttpAnswer | NoAnswer) => void) {
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
  }

  giveUp(reason: string): void {
    this.#end({ kind: this.#controller ? 'unknown' : 'unreached', reason });
    this.#controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection: what is aborted here is never written
    if (this.#isOver) controller.abort(new Error('given up'));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.giveUp('answer too large');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#end({ kind: 'answer', ...this.#head, text: Buffer.concat(this.#chunks).toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.giveUp(nameOf(error));
  }

  #end(result: HttpAnswer | NoAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.over.resolve();
    this.#resolve(result);
  }
}

/** ECONNREFUSED, TimeoutError: what kind of failure it was, without its text. */
const nameOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'error');
};
