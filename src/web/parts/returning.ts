import { useEffect, useEffectEvent } from 'react';

const AWAY_MS = 60_000;

/** Has what no stream tells of, such as fees and usage, read again for who comes back to the page after a while. */
export function useReturn(readAgain: () => void): void {
  const returned = useEffectEvent(readAgain);
  useEffect(() => {
    let left = Date.now();
    const looked = () => {
      if (document.visibilityState === 'hidden') left = Date.now();
      else if (Date.now() - left > AWAY_MS) returned();
    };
    document.addEventListener('visibilitychange', looked);
    return () => document.removeEventListener('visibilitychange', looked);
  }, []);
}
