import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './asking.ts';

/** How long at the most a good client waits before it asks once more; after the last it gives up. */
export const PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000, 4_000];

const NO_ANSWER = 'no answer';
/** After these nobody knows what came of it. */
const UNKNOWN: readonly (string | undefined)[] = ['UNAVAILABLE', 'TIMED_OUT', NO_ANSWER];

/**
 * Asks until an answer says what came of it, at the most once more for each pause; `repeating` is told why.
 * @returns the last answer @throws what the last asking threw
 */
export async function persist(
  ask: () => Promise<Answer>,
  repeating: (why: string) => void,
  pausesMs: readonly number[],
): Promise<Answer> {
  for (const pause of pausesMs) {
    const answer = await ask().catch(() => undefined);
    const code = answer ? answer.errors?.[0]?.extensions?.code : NO_ANSWER;
    if (answer && !UNKNOWN.includes(code)) return answer;
    repeating(code!);
    // By chance, so that of many who were refused at once not all come again at once
    await delay(Math.random() * pause);
  }
  return ask();
}
