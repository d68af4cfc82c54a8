import type { FaultyProxy, Way } from '../support/faulty-proxy.ts';
import { rounds } from '../support/rounds.ts';
import { seeded } from '../support/seeded.ts';

/** What can go wrong on the way to an outside system. */
const FAULTS = ['refused', 'black hole', 'slow', 'reset in mid-answer', 'garbage'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultCase {
  fault: Fault;
  /** How many bytes of answers still come through; 0: it is there from the beginning. */
  after: number;
  title: string;
}

/** What each run goes through: every fault from the beginning; in the long one, some in the middle of things, too. */
export function faultCases({ upTo }: { upTo: number }): FaultCase[] {
  const atRandom = (seed: number) => 1 + seeded(seed)(upTo);
  const atOnce = FAULTS.map((fault) => ({ fault, after: 0 }));
  const inTheMiddle = Array.from({ length: rounds(0, 8) }, (_, seed) =>
    FAULTS.map((fault, i) => ({ fault, after: atRandom(seed * FAULTS.length + i + 1) })),
  ).flat();
  return [...atOnce, ...inTheMiddle].map((each) => ({
    ...each,
    title: each.after ? `${each.fault} after ${each.after} bytes` : each.fault,
  }));
}

/** Has the way go bad; `slowMs`: how long each piece takes where it is slow. */
export function spoil(proxy: FaultyProxy, { fault, after }: FaultCase, slowMs: number): void {
  const bad: Way = {
    refused: 'refuse',
    'black hole': 'mute',
    slow: { slowMs },
    'reset in mid-answer': { breakAnswerAfter: 10 },
    garbage: 'garbage',
  }[fault] as Way;
  // A connection cannot be refused in the middle of an answer: what breaks there comes back refused
  proxy.way = after && bad !== 'refuse' ? { after, next: bad } : bad;
}

/** Whatever is said of an operation that the fault has kept from being done: a code, and never the unexpected one. */
export const PUT_OFF = /^(UNAVAILABLE|TIMED_OUT)$/;
