import type { Exchange } from '@urql/core';
import { map, pipe } from 'wonka';

/**
 * An answer with errors to a question is none: what is missing in it would be taken for what is so, a line that could
 * not be read for a guest's.
 */
export const wholeAnswers: Exchange =
  ({ forward }) =>
  (operations) =>
    pipe(
      forward(operations),
      map((result) =>
        result.error && result.operation.kind === 'query' ? { ...result, data: undefined } : result,
      ),
    );
