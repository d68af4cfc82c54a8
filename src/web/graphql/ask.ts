import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { fetchOnce, fetchSteadily } from '../connection.ts';
import { language } from '../preferences.ts';

/** The documents are registered with the server: their id is all that is sent. */
export const documentId = (document: object): string =>
  (document as { __meta__: { hash: string } }).__meta__.hash;

/** The server did not answer, or with errors that are not the person's. */
class NoAnswer extends Error {}

interface Asking {
  /** Not to be repeated by itself: a password would count as another try. */
  once?: boolean;
  /** Until when somebody wants the answer. */
  signal?: AbortSignal;
}

/**
 * One operation without a cache: what leads to a session and away from it.
 * @throws NoAnswer
 */
export async function ask<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { once = false, signal }: Asking = {},
): Promise<Data> {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language() },
    body: JSON.stringify({ documentId: documentId(document), variables }),
    ...(signal && { signal }),
  };
  const response = await (once ? fetchOnce : fetchSteadily)('/graphql', init).catch((cause: unknown) => {
    throw new NoAnswer('There was no answer', { cause });
  });
  const answer = (await response.json()) as { data?: Data | null; errors?: { message: string }[] };
  if (answer.errors ?? !answer.data)
    throw new NoAnswer(answer.errors?.[0]?.message ?? 'There is nothing in it');
  return answer.data;
}
