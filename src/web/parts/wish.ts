import { useCallback, useRef } from 'react';

/** What is on its way to the server: closing the page now would leave it open whether it was heard. */
const underWay = new Set<string>();
addEventListener('beforeunload', (event) => {
  if (underWay.size) event.preventDefault();
});

interface Wish {
  /** The key to send it with. */
  keyFor(wish: string): string;
  /** It came back: with the server's word on it, or with an error, after which the same may be tried again. */
  cameBack(decided: boolean): void;
}

/**
 * The idempotency key of what a person wishes: made once per wish and kept over every retry, so that nothing is done
 * twice; a new one once the wish was decided on, or is another.
 */
export function useWish(): Wish {
  const current = useRef<{ wish: string; key: string }>(undefined);
  const keyFor = useCallback((wish: string) => {
    if (current.current?.wish !== wish) current.current = { wish, key: crypto.randomUUID() };
    underWay.add(current.current.key);
    return current.current.key;
  }, []);
  const cameBack = useCallback((decided: boolean) => {
    if (current.current) underWay.delete(current.current.key);
    if (decided) current.current = undefined;
  }, []);
  return { keyFor, cameBack };
}
