import { createClient } from 'graphql-ws';
import type { SubscriptionForwarder } from '@urql/core';
import { pause, Trying } from '../connection.ts';
import type { Language } from '../preferences.ts';
import { renew } from './session.ts';

const PING_MS = 15_000;
const PONG_WITHIN_MS = 5_000;
/** A page that nobody looks at gives its socket back after this time, and goes on where it was when it is looked at. */
const HIDDEN_MS = 60_000;
const UNAUTHORIZED = 4401;
/** The person has as many pages open as may have a socket. */
const CROWDED = 4429;
const CROWDED_PAUSE_MS = 30_000;

interface Answer {
  data?: Record<string, { cursor?: string } | null> | null;
}

interface Refused {
  extensions?: { code?: string };
}

export interface Live {
  /** A stream that goes on from its last event after a lost connection, for as long as somebody reads it. */
  follow: SubscriptionForwarder;
  close: () => void;
}

/** One socket for all streams, opened with the first and closed after the last. */
export function openLive(language: Language): Live {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let stands = false;
  const streams = new Set<Trying>();
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
      connected: () => {
        stands = true;
        streams.forEach((stream) => stream.worked());
      },
      closed: () => {
        stands = false;
        clearTimeout(silence);
      },
    },
  });
  const stopResting = restWhileHidden(() => socket.terminate());
  const follow: SubscriptionForwarder = ({ documentId, variables }) => ({
    subscribe: (reader) => {
      const unwanted = new AbortController();
      let after = variables?.['after'] as string | undefined;
      const trying = new Trying();
      streams.add(trying);
      const read = async () => {
        // The protocol's library insists on a text; the id beside it says which one
        const payload = { query: '', documentId, variables: { ...variables, after } } as never;
        const events = socket.iterate<NonNullable<Answer['data']>>(payload);
        const over = new AbortController();
        unwanted.signal.addEventListener('abort', () => void events.return?.(), { signal: over.signal });
        try {
          for await (const event of events) {
            trying.worked();
            after = Object.values(event.data ?? {})[0]?.cursor ?? after;
            reader.next(event as never);
          }
        } finally {
          over.abort();
        }
      };
      const readOn = async () => {
        for (let renewed = false; !unwanted.signal.aborted;) {
          const reason = await read().catch((ending: unknown) => ending);
          if (unwanted.signal.aborted) break;
          // Away for days: what happened is no longer told, so that everything has to be read anew
          if (isExpired(reason)) location.reload();
          const isOld: boolean = wasClosedWith(reason, UNAUTHORIZED) && !renewed;
          renewed = isOld && (await renew().catch(() => true));
          if (isOld && !renewed) break;
          if (document.visibilityState === 'hidden') await looked(unwanted.signal);
          else if (wasClosedWith(reason, CROWDED)) await pause(CROWDED_PAUSE_MS, unwanted.signal);
          else if (!isOld) await trying.failed(unwanted.signal);
          // It failed by itself: no connection will come that tells of the loss's end
          if (stands) trying.over();
        }
        trying.over();
        streams.delete(trying);
        reader.complete();
      };
      void readOn();
      return { unsubscribe: () => unwanted.abort() };
    },
  });
  const close = () => {
    stopResting();
    void socket.dispose();
  };
  return { follow, close };
}

/** Ends what is open once the page has not been looked at for a while: on a phone it would keep the radio awake. */
function restWhileHidden(rest: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(rest, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', changed);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', changed);
  };
}

/** When the page is looked at again, or the signal comes. */
const looked = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    const options = { once: true, signal };
    document.addEventListener('visibilitychange', resolve, options);
    signal.addEventListener('abort', resolve, { once: true });
  });

const wasClosedWith = (reason: unknown, code: number): boolean =>
  (reason as CloseEvent | undefined)?.code === code;

const isExpired = (reason: unknown): boolean =>
  Array.isArray(reason) &&
  (reason as readonly Refused[]).some(({ extensions }) => extensions?.code === 'CURSOR_EXPIRED');
