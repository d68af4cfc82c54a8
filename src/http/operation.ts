import { z } from 'zod';
import type { Config } from '../config.ts';
import { refuseNul } from '../graphql/document-limits.ts';
import { codedError } from '../graphql/errors.ts';
import type { PersistedDocuments, Registered } from './persisted.ts';

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
  /** The registered document that it is; absent: a text of the caller's own. */
  registered?: Registered | undefined;
}

/** No input of ours goes half as deep. */
const MAX_VALUE_NESTING = 20;

/** Looks at each value once, without a call for each level: there may be thousands. */
function refuseHostileValues(variables: object, longestList: number): void {
  let level: unknown[] = [variables];
  for (let depth = 0; level.length; depth++) {
    if (depth > MAX_VALUE_NESTING) throw codedError('BAD_USER_INPUT', 'The variables are nested too deeply.');
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') refuseNul(value);
      if (typeof value !== 'object' || value === null) continue;
      const within = Array.isArray(value) ? (value as unknown[]) : Object.entries(value).flat();
      if (Array.isArray(value) && value.length > longestList)
        throw codedError('BAD_USER_INPUT', `A list has ${longestList} entries at the most.`);
      for (const inner of within) next.push(inner);
    }
    level = next;
  }
}

/** The operation in a request (GraphQL over HTTP, 5.4), with the text of a persisted document put in. */
export function operationFrom(
  given: unknown,
  documents: PersistedDocuments,
  { LIST_LENGTH }: Pick<Config, 'LIST_LENGTH'>,
): Operation {
  const parsed = parameters.safeParse(given);
  if (!parsed.success)
    throw codedError(
      'BAD_USER_INPUT',
      'A request is a JSON object with `query` or `documentId`, and `variables` if there are any.',
    );
  const { query, documentId, operationName, variables, extensions } = parsed.data;
  refuseNul(operationName ?? '');
  refuseHostileValues(variables ?? {}, LIST_LENGTH);
  const hash = (extensions?.['persistedQuery'] as { sha256Hash?: unknown } | undefined)?.sha256Hash;
  const hashId = typeof hash === 'string' ? `sha256:${hash}` : undefined;
  if (documentId != null && hashId !== undefined && hashId !== documentId)
    throw codedError('BAD_USER_INPUT', 'The request names two documents.');
  const asked = documents.askedFor(query ?? undefined, documentId ?? hashId);
  const registered = 'registered' in asked ? asked.registered : undefined;
  return {
    query: 'registered' in asked ? asked.registered.text : asked.freeText,
    registered,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
  };
}
