import { useCallback } from 'react';
import { Store, useStore } from '../store.ts';

interface Sent {
  wish: string;
  key: string;
}

/**
 * What is on its way to the server, by the place on the page that it was wished at. Kept here, as it goes on when the
 * person does: what is shown there next has to know of it.
 */
const underWay = new Store<Readonly<Record<string, Sent>>>({});
/** What came back with an error, by place. */
const undecided = new Map<string, Sent>();

// Closing the page now would leave it open whether it was heard
addEventListener('beforeunload', (event) => {
  if (Object.keys(underWay.get()).length) event.preventDefault();
});

/** What the next person at this device has not wished. */
export function forgetWishes(): void {
  underWay.set({});
  undecided.clear();
}

/** What is wished there next is another wish, even where it is the same again: it is known how the last one ended. */
export function forgetWish(place: string, wish = undecided.get(place)?.wish): void {
  if (undecided.get(place)?.wish === wish) undecided.delete(place);
}

interface Wish {
  /** What is on its way from this place; nothing else may be sent from there meanwhile. */
  underWay: string | undefined;
  /** The key to send it with. */
  keyFor: (wish: string) => string;
  /**
   * It came back: with the server's word on it, or with an error, after which the same may be tried again. False: it was
   * forgotten, and there is nobody to tell.
   */
  cameBack: (key: string, decided: boolean) => boolean;
}

/**
 * The idempotency key of what a person wishes at a place of the page: made once per wish and kept over every retry, so
 * that nothing is done twice; a new one once the wish was decided on, or is another.
 */
export function useWish(place: string): Wish {
  const keyFor = useCallback(
    (wish: string) => {
      const before = undecided.get(place);
      const sent = before?.wish === wish ? before : { wish, key: crypto.randomUUID() };
      undecided.delete(place);
      underWay.set({ ...underWay.get(), [place]: sent });
      return sent.key;
    },
    [place],
  );
  const cameBack = useCallback(
    (key: string, decided: boolean) => {
      const { [place]: sent, ...others } = underWay.get();
      if (sent?.key !== key) return false;
      underWay.set(others);
      if (!decided) undecided.set(place, sent);
      return true;
    },
    [place],
  );
  return { underWay: useStore(underWay)[place]?.wish, keyFor, cameBack };
}
