import type { ExecutionResult } from 'graphql';
import type { EventAnswers } from '../graphql/event-answers.ts';
import { WrittenResult } from '../graphql/written-result.ts';
import type { Send } from './socket.ts';

/**
 * A stream as the protocol's library is to see it. What is written already goes to the socket from here: the library
 * takes objects alone, and would write them once more. Whatever else comes is left to it.
 */
export function sendingWritten(
  results: EventAnswers,
  operationId: string,
  send: Send,
): AsyncIterableIterator<ExecutionResult> {
  const start = `{"id":${JSON.stringify(operationId)},"type":"next","payload":`;
  return {
    next: async () => {
      for (;;) {
        const next = await results.next();
        if (!(next.value instanceof WrittenResult)) return next;
        const taken = send(`${start}${next.value.json.toString()}}`);
        if (taken) await taken;
      }
    },
    return: () => results.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
