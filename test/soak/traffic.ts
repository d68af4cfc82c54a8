import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Otherwise } from './asking.ts';
import { browse } from './browse.ts';
import { changeService } from './change-service.ts';
import { orderStatement } from './order-statement.ts';
import { MISTAKES, signIn } from './sign-in.ts';
import { oneOf, type Visit } from './visit.ts';

type Journey = (visit: Visit, due: number) => Promise<unknown>;

/** Of a hundred people: what they come for. */
const MIX: readonly (readonly [share: number, journey: Journey])[] = [
  [75, browse],
  [14, changeService],
  [2, orderStatement],
  [4, signIn],
  [5, (visit, due) => oneOf(MISTAKES)(visit, due)],
];

const LOOK_MS = 5;
const AT_ONCE = 200;
/** More than wait at any time while the product keeps up. */
const MOST_UNDER_WAY = 3_000;

function oneJourney(): Journey {
  let at = Math.random() * 100;
  return MIX.find(([share]) => (at -= share) < 0)?.[1] ?? browse;
}

async function go(visit: Visit, due: number): Promise<void> {
  try {
    await oneJourney()(visit, due);
  } catch (error) {
    if (!(error instanceof Otherwise)) visit.asking.tally.unintended('soak', String(error));
  }
}

/** Resolves when the whole is to end before its time. */
const ended = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

/** As many as go: so many people, each with the next wish when the last is met. Returns how many came a second. */
export async function findCapacity(visit: Visit, seconds: number, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const until = start + seconds * 1_000;
  let journeys = 0;
  const person = async () => {
    while (performance.now() < until && !signal.aborted) {
      await go(visit, performance.now());
      journeys++;
    }
  };
  await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, person)), ended(signal)]);
  // What is accepted and not yet done was not managed in the time
  return (journeys * 1_000) / (performance.now() - start);
}

/** So many a second, whether or not the product keeps up; resolves when the last has been seen to. */
export async function keepComing(
  visit: Visit,
  perSecond: number,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now();
  const underWay = new Set<Promise<void>>();
  for (let begun = 0; !signal.aborted;) {
    const now = performance.now();
    if (now > start + seconds * 1_000) break;
    for (; start + (begun * 1_000) / perSecond <= now; begun++) {
      if (underWay.size >= MOST_UNDER_WAY) {
        visit.asking.tally.unintended('soak', 'too many wait');
        continue;
      }
      const journey = go(visit, start + (begun * 1_000) / perSecond).finally(() => underWay.delete(journey));
      underWay.add(journey);
    }
    await delay(LOOK_MS);
  }
  await Promise.race([Promise.all(underWay), ended(signal)]);
}
