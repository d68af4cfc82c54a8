import { authExchange } from '@urql/exchange-auth';
import {
  Client,
  type CombinedError,
  type Exchange,
  fetchExchange,
  makeOperation,
  type Operation,
  subscriptionExchange,
} from '@urql/core';
import { map, pipe } from 'wonka';
import { fetchSteadily, PATIENCE_MS } from '../connection.ts';
import type { Language } from '../preferences.ts';
import { documentId } from './ask.ts';
import { openCache } from './cache.ts';
import { eventsInTurn } from './events-in-turn.ts';
import { openLive } from './live.ts';
import { isStale, renew, untilSessionEnds } from './session.ts';
import { wholeAnswers } from './whole-answers.ts';

/** Sends the id of a registered document in the place of its text; the caches before it still see the whole. */
const byDocumentId: Exchange =
  ({ forward }) =>
  (operations) =>
    pipe(
      operations,
      map((operation) => {
        if (operation.kind === 'teardown') return operation;
        const query = { kind: 'Document', definitions: [], documentId: documentId(operation.query) };
        return makeOperation(operation.kind, { ...operation, query } as never, {
          ...operation.context,
          whole: operation.query,
        });
      }),
      forward,
      map((result) => {
        const { whole = result.operation.query } = result.operation.context as { whole?: Operation['query'] };
        return { ...result, operation: { ...result.operation, query: whole } };
      }),
    );

const isUnauthenticated = (error: CombinedError): boolean =>
  error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');

/** A request that finds the session's token old, or about to be, waits for one renewal with all the others. */
const renewing = authExchange(() =>
  Promise.resolve({
    addAuthToOperation: (operation) => operation,
    willAuthError: isStale,
    didAuthError: isUnauthenticated,
    refreshAuth: async () => void (await renew()),
  }),
);

export interface OpenClient {
  client: Client;
  close: () => void;
}

/** One session in one language: whatever the server said in another has no place in its cache. */
export function openClient(language: Language): OpenClient {
  const live = openLive(language);
  // Also for what was sent before the language was changed, and with it the client
  const { ended } = untilSessionEnds();
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: (input, { signal, ...init } = {}) =>
      fetchSteadily(input, { ...init, signal: signal ? AbortSignal.any([signal, ended]) : ended }),
    fetchOptions: { headers: { 'accept-language': language } },
    exchanges: [
      openCache(),
      eventsInTurn(PATIENCE_MS),
      wholeAnswers,
      byDocumentId,
      renewing,
      fetchExchange,
      subscriptionExchange({ forwardSubscription: live.follow }),
    ],
  });
  return { client, close: live.close };
}
