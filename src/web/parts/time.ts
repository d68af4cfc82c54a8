import { useEffect, useState } from 'react';

const TICK_MS = 1_000;

/** How long until a moment, in milliseconds, told each second; 0 from then on. */
export function useTimeLeft(until: string | undefined): number {
  const [now, setNow] = useState(Date.now);
  const left = until ? Math.max(0, Date.parse(until) - now) : 0;
  const over = left === 0;
  useEffect(() => {
    if (over) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [over, until]);
  return left;
}
