import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { UnderWay } from './under-way.ts';

/** The answers that are under way, so that a process can leave without breaking one off. */
export class AnswersUnderWay {
  readonly #answers = new UnderWay<ServerResponse>();
  readonly #streams = new UnderWay<ServerResponse>();
  #streamsAreSentAway = false;
  /** Whether those are the last answers of this process. */
  areLast = false;

  /** One more, until its connection is done with it. */
  add(response: ServerResponse): void {
    if (this.areLast) response.setHeader('connection', 'close');
    response.once('close', this.#answers.add(response));
  }

  /**
   * One of them has become a stream, which has no end of its own. What a client accepts does not tell: many accept a
   * stream with whatever they ask.
   */
  addStream(response: ServerResponse): void {
    if (this.#streamsAreSentAway) return void response.end();
    response.once('close', this.#streams.add(response));
  }

  /** From now on each connection ends with the answer it is giving: its client comes in elsewhere next time. */
  closeBehindEach(): void {
    if (this.areLast) return;
    this.areLast = true;
    for (const response of this.#answers) {
      if (!response.headersSent) response.setHeader('connection', 'close');
      else response.once('finish', () => response.req.socket.destroySoon());
    }
  }

  /**
   * Ends the streams, evenly over that time, and any that begins from now on: without the word `complete`, each reader
   * comes back and goes on.
   */
  endStreams(overMs: number): Promise<void> {
    this.#streamsAreSentAway = true;
    return oneByOne([...this.#streams], overMs, (stream) => void stream.end());
  }
}

/** Does it to each, evenly over that time, so that those who come back do not all come at once. */
export async function oneByOne<Each>(
  all: readonly Each[],
  overMs: number,
  act: (each: Each) => void,
): Promise<void> {
  const began = performance.now();
  for (const [index, each] of all.entries()) {
    const early = began + (overMs * index) / all.length - performance.now();
    if (early > 0) await delay(early);
    act(each);
  }
}
