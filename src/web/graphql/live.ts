import { createClient } from 'graphql-ws';
import type { SubscriptionForwarder } from '@urql/core';
import { Trying } from '../connection.ts';
import type { Language } from '../preferences.ts';
import { renew } from './session.ts';

const PING_MS = 15_000;
const PONG_WITHIN_MS = 5_000;
const UNAUTHORIZED = 4401;

interface Answer {
  data?: Record<string, { cursor?: string } | null> | null;
}

interface Refused {
  extensions?: { code?: string };
}

export interface Live {
  /** A stream that goes on from its last event after a lost connection, for as long as somebody reads it. */
  follow: SubscriptionForwarder;
  close(): void;
}

/** One socket for all streams, opened with the first and closed after the last. */
export function openLive(language: Language): Live {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    // Coming back is up to each stream, since each has a cursor of its own
    retryAttempts: 0,
    connectionParams: { acceptLanguage: language },
    keepAlive: PING_MS,
    on: {
      ping: (received) => {
        if (!received) silence = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(silence);
      },
      closed: () => clearTimeout(silence),
    },
  });
  const follow: SubscriptionForwarder = ({ documentId, variables }) => ({
    subscribe: (reader) => {
      const unwanted = new AbortController();
      let after = variables?.['after'] as string | undefined;
      const trying = new Trying();
      const read = async () => {
        // The protocol's library insists on a text; the id beside it says which one
        const payload = { query: '', documentId, variables: { ...variables, after } } as never;
        const events = socket.iterate<NonNullable<Answer['data']>>(payload);
        unwanted.signal.addEventListener('abort', () => void events.return?.());
        for await (const event of events as AsyncIterable<Answer>) {
          trying.worked();
          after = Object.values(event.data ?? {})[0]?.cursor ?? after;
          reader.next(event as never);
        }
      };
      void (async () => {
        while (!unwanted.signal.aborted) {
          const lived = await read().catch((reason: unknown) => reason);
          if (unwanted.signal.aborted) break;
          if (isUnauthorized(lived) && !(await renew())) break;
          // Away for days: what happened is no longer told, so that everything has to be read anew
          if (isExpired(lived)) location.reload();
          await trying.failed(unwanted.signal);
        }
        trying.over();
        reader.complete();
      })();
      return { unsubscribe: () => unwanted.abort() };
    },
  });
  return { follow, close: () => void socket.dispose() };
}

const isUnauthorized = (reason: unknown): boolean => (reason as CloseEvent | undefined)?.code === UNAUTHORIZED;

const isExpired = (reason: unknown): boolean =>
  Array.isArray(reason) &&
  (reason as readonly Refused[]).some(({ extensions }) => extensions?.code === 'CURSOR_EXPIRED');
