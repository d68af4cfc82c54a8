import { describe, expect, test } from 'vitest';
import type { Minute } from './minute.ts';
import { errorIn } from './product.ts';
import { compare, numberIn } from './streams.ts';
import { percentile, Tally } from './tally.ts';
import { BOUNDS, type Findings, judge, slopePerHour } from './verdict.ts';

const MIB = 1024 ** 2;
const NOTHING: Findings = { books: [], streams: [], log: [] };

interface Told {
  ms?: (minute: number) => number;
  rssMib?: (minute: number) => number;
  unintended?: (minute: number) => string | undefined;
  repeated?: (minute: number) => string | undefined;
}

/** Half an hour in which everything is as it should be, but what is told otherwise. */
function halfAnHour({
  ms = () => 10,
  rssMib = () => 500,
  unintended = () => undefined,
  repeated = () => undefined,
}: Told = {}): Minute[] {
  const tally = new Tally();
  return Array.from({ length: 30 }, (_, minute) => {
    for (let n = 0; n < BOUNDS.p99Least; n++) tally.done('dashboard', ms(minute));
    tally.intended('mistake', 'UNAUTHENTICATED');
    const what = unintended(minute);
    if (what) tally.unintended('dashboard', what);
    const why = repeated(minute);
    if (why) tally.repeated('activate', why);
    return {
      atMs: (minute + 1) * 60_000,
      stretch: tally.take(),
      health: {
        rssBytes: rssMib(minute) * MIB,
        heapBytes: 100 * MIB,
        heapSpaceBytes: 150 * MIB,
        externalBytes: MIB,
        lagP99Ms: 1,
        lagMaxMs: 2,
        cpuMs: 0,
      },
      database: { openOrders: 0, oldestOrderS: 0, connections: 20 },
      openStreams: 2_000,
      busy: 0.7,
    };
  });
}

const failed = (minutes: Minute[], findings = NOTHING): string[] =>
  judge(minutes, findings)
    .filter(({ held }) => held === false)
    .map(({ about }) => about);

describe('the verdict on a soak', () => {
  test('holds where nothing was wrong, whatever was meant to fail', () => {
    expect(judge(halfAnHour(), NOTHING).every(({ held }) => held)).toBe(true);
  });

  test('does not hold after one error that was not meant, and names it', () => {
    const minutes = halfAnHour({ unintended: (minute) => (minute === 3 ? 'UNAVAILABLE' : undefined) });
    expect(failed(minutes)).toEqual(['errors']);
    expect(judge(minutes, NOTHING)[0]!.reason).toBe('dashboard: UNAVAILABLE (1)');
  });

  test('does not hold where something had to be asked again, and says how often and why', () => {
    const minutes = halfAnHour({ repeated: (minute) => (minute % 10 === 3 ? 'UNAVAILABLE' : undefined) });
    expect(failed(minutes)).toEqual(['asked again']);
    const { reason } = judge(minutes, NOTHING).find(({ about }) => about === 'asked again')!;
    expect(reason).toBe('3, at most 0; activate: UNAVAILABLE (3)');
  });

  test('does not hold when memory goes on growing; growth of the first third is warming up', () => {
    expect(failed(halfAnHour({ rssMib: (minute) => 500 + 2 * minute }))).toEqual(['memory (RSS)']);
    expect(failed(halfAnHour({ rssMib: (minute) => 500 + 20 * Math.min(minute, 9) }))).toEqual([]);
  });

  test('does not hold when the slow ones become slower', () => {
    expect(failed(halfAnHour({ ms: (minute) => (minute < 20 ? 100 : 160) }))).toEqual(['p99 of dashboard']);
    expect(failed(halfAnHour({ ms: (minute) => (minute < 10 ? 100 : 160) }))).toEqual([]);
  });

  test('does not hold when books, streams or the log were found wrong', () => {
    const wrong = { books: ['1 orders are still open'], streams: ['missed 3'], log: ['a step failed × 1'] };
    expect(failed(halfAnHour(), wrong)).toEqual(['books', 'streams', 'log']);
  });

  test('says what a short run cannot tell, and does not fail it for that', () => {
    const judgements = judge(halfAnHour({ rssMib: (minute) => 500 + 9 * minute }).slice(0, 6), NOTHING);
    expect(judgements.find(({ about }) => about === 'memory (RSS)')!.held).toBeUndefined();
  });
});

describe('what a soak looks at', () => {
  test('a stream that missed an event, had one twice, or one too many is found', () => {
    expect(compare([1, 2, 4], [1, 2, 4])).toBeUndefined();
    expect(compare([1, 2, 4], [1, 2])).toBe('missed 4 and 0 after it');
    expect(compare([1, 2, 4], [1, 4])).toBe('had 4 where 2 was next');
    expect(compare([1, 2, 4], [1, 2, 2, 4])).toBe('had 2 after 2');
    expect(compare([1, 2], [1, 2, 3])).toBe('had 3, which is not written');
  });

  test('a cursor begins with the number of its event', () => {
    expect(numberIn('1a.the-tag_of-it')).toBe(46);
  });

  test('the log is read for errors alone', () => {
    expect(errorIn('The Internet Assistant is ready: http://127.0.0.1:1/graphql')).toBeUndefined();
    expect(errorIn('{"level":40,"msg":"listening again"}')).toBeUndefined();
    expect(errorIn('{"level":50,"msg":"a step failed","err":{"message":"no"}}')).toBe('a step failed: no');
  });

  test('memory that falls has a slope below zero, and one look has none', () => {
    const falling = [0, 1, 2].map((hour) => ({ atMs: hour * 3_600_000, bytes: 10 - hour }));
    expect(slopePerHour(falling)).toBeCloseTo(-1);
    expect(slopePerHour(falling.slice(0, 1))).toBe(0);
  });

  test('a percentile is one of the values', () => {
    expect(percentile([3, 1, 2, 4], 50)).toBe(2);
    expect(percentile([3, 1, 2, 4], 99)).toBe(4);
    expect(percentile([], 99)).toBe(0);
  });
});
