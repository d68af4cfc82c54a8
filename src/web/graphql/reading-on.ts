import { useState } from 'react';
import { Store, useStore } from '../store.ts';

/** How often each list was forgotten so far. */
const times = new Store<Readonly<Record<string, number>>>({});

/** Something in these lists is new or other: whoever has read on in one begins again. */
export function listsForgotten(lists: readonly string[]): void {
  const before = times.get();
  times.set({ ...before, ...Object.fromEntries(lists.map((list) => [list, (before[list] ?? 0) + 1])) });
}

interface ReadingOn {
  variables: { first: number; after?: string };
  readOn: (endCursor: string | null | undefined) => void;
}

/**
 * Reads a list page by page, and from its first page again once it was forgotten: a later page alone would be the whole
 * list then, without what is newest.
 */
export function useReadingOn(list: string, first: number): ReadingOn {
  const time = useStore(times)[list] ?? 0;
  const [place, setPlace] = useState<{ after: string; time: number }>();
  const after = place?.time === time ? place.after : undefined;
  return {
    variables: after ? { first, after } : { first },
    readOn: (endCursor) => {
      if (endCursor) setPlace({ after: endCursor, time });
    },
  };
}
