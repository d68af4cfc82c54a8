import type { Exchange } from '@urql/core';
import { map, pipe } from 'wonka';

/**
 * An answer with errors takes nothing away: a question that was answered before has that answer still, with the error
 * beside it. One that was not has the error alone: what is missing in the rest would be taken for what is so.
 */
export const shownStays: Exchange =
  ({ forward }) =>
  (operations) => {
    // For as long as the session: a question that is put again is given up first
    const shown = new Map<number, unknown>();
    return pipe(
      operations,
      forward,
      map((result) => {
        const { kind, key } = result.operation;
        if (kind !== 'query') return result;
        if (result.error) return { ...result, data: shown.get(key) };
        shown.set(key, result.data);
        return result;
      }),
    );
  };
