import { useCallback, useRef } from 'react';

/**
 * The idempotency key of what a person wishes: made once per wish and kept over every retry, so that nothing is done
 * twice; a new one once the wish was answered, or is another.
 */
export function useWish(): { keyFor(wish: string): string; answered(): void } {
  const current = useRef<{ wish: string; key: string }>(undefined);
  const keyFor = useCallback((wish: string) => {
    if (current.current?.wish !== wish) current.current = { wish, key: crypto.randomUUID() };
    return current.current.key;
  }, []);
  const answered = useCallback(() => {
    current.current = undefined;
  }, []);
  return { keyFor, answered };
}
