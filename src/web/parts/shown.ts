import { type RefObject, useEffect, useRef } from 'react';

/** Whether this is still shown when an answer comes: who has gone on to something else has to hear of it there. */
export function useShown(): Readonly<RefObject<boolean>> {
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return shown;
}
