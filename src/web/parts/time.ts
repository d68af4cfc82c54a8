import { useSyncExternalStore } from 'react';
import { serverNow } from '../server-time.ts';

const TICK_MS = 1_000;

function eachSecond(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS);
  return () => clearInterval(timer);
}

/** How long until a moment of the server's, in milliseconds, told by the second; 0 from then on, and for no moment. */
export function useTimeLeft(until: string | undefined): number {
  const end = until ? Date.parse(until) : 0;
  const seconds = useSyncExternalStore(eachSecond, () =>
    Math.max(0, Math.ceil((end - serverNow()) / TICK_MS)),
  );
  return seconds * TICK_MS;
}
