import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ServerError, Unreached } from './errors.ts';

/** What the server needs to know of a document: registered ones travel by their id alone. */
export const documentId = (document: TypedDocumentNode<never, never>): string =>
  (document as unknown as { __meta__: { hash: string } }).__meta__.hash;

export interface Answer<Data> {
  data?: Data | null;
  errors?: readonly ServerError[];
}

export interface Exchange {
  /** Where the server is, without /graphql. */
  url: string;
  /** ru, en or nl. */
  language: string;
  fetch: typeof globalThis.fetch;
}

/**
 * One operation over HTTP.
 * @throws Unreached when no answer came within that time, or none that GraphQL gives
 */
export async function ask<Data, Variables>(
  { url, language, fetch }: Exchange,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | undefined,
  { token, withinMs }: { token: string | undefined; withinMs: number },
): Promise<Answer<Data>> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': language,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ documentId: documentId(document as never), variables }),
      signal: AbortSignal.timeout(withinMs),
    });
    const answer = (await response.json()) as Answer<Data>;
    if (!answer.data && !answer.errors) throw new Error(`Status ${response.status}`);
    return answer;
  } catch (error) {
    throw new Unreached('The server gave no answer.', { cause: error });
  }
}
