import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** The answers that are under way, so that a process can leave without breaking one off. */
export class AnswersUnderWay {
  readonly #answers = new Set<ServerResponse>();
  readonly #streams = new Set<ServerResponse>();
  /** Whether those are the last answers of this process. */
  areLast = false;

  /** One more, until its connection is done with it; `isStream`: it has no end of its own. */
  add(response: ServerResponse, isStream: boolean): void {
    if (this.areLast) response.setHeader('connection', 'close');
    this.#answers.add(response);
    if (isStream) this.#streams.add(response);
    response.once('close', () => {
      this.#answers.delete(response);
      this.#streams.delete(response);
    });
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

  /** Ends the streams, evenly over that time: without the word `complete`, each reader comes back and goes on. */
  endStreams(overMs: number): Promise<void> {
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
