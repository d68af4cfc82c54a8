import { z } from 'zod';
import { codedError } from '../graphql/errors.ts';
import type { PersistedDocuments } from './persisted.ts';

const parameters = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/** One operation as it is executed, whichever transport brought it. */
export interface Operation {
  query: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
}

/** Deeper than any document that a person wrote: the parser would run out of stack. */
const MAX_NESTING = 200;

/** PostgreSQL has no character U+0000, and nobody types one. */
function refuseHostile(query: string, rest: string): void {
  if (/\0|\\u0000/.test(query) || rest.includes('\\u0000'))
    throw codedError('BAD_USER_INPUT', 'The character U+0000 is not taken.');
  let depth = 0;
  for (const char of query) {
    if ('{[('.includes(char)) depth++;
    else if ('}])'.includes(char)) depth--;
    if (depth > MAX_NESTING) throw codedError('QUERY_TOO_COMPLEX', 'The document is nested too deeply.');
  }
}

/** The operation in a request (GraphQL over HTTP, 5.4), with the text of a persisted document put in. */
export function operationFrom(given: unknown, documents: PersistedDocuments): Operation {
  const parsed = parameters.safeParse(given);
  if (!parsed.success)
    throw codedError(
      'BAD_USER_INPUT',
      'A request is a JSON object with `query` or `documentId`, and `variables` if there are any.',
    );
  const { query, documentId, operationName, variables, extensions } = parsed.data;
  refuseHostile(query ?? '', JSON.stringify([operationName, variables]));
  const hash = (extensions?.['persistedQuery'] as { sha256Hash?: unknown } | undefined)?.sha256Hash;
  const id = documentId ?? (typeof hash === 'string' ? `sha256:${hash}` : undefined);
  return {
    query: documents.textOf(query ?? undefined, id),
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
  };
}
