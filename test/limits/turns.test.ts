import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { type Limit, takeTurns } from '../../src/limits/turns.ts';
import type { Db } from '../../src/ports/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openPrisma(database.url).db;
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1_000);
const take = (now: number, ...subjects: [string, Limit[]][]) =>
  db.$transaction((tx) =>
    takeTurns(
      tx,
      subjects.map(([subject, limits]) => ({ subject, limits })),
      at(now),
    ),
  );
const SENDS: Limit[] = [
  { count: 1, seconds: 60 },
  { count: 3, seconds: 600 },
  { count: 6, seconds: 86_400 },
];

test('each limit holds over every stretch of time, and says when there is room again', async () => {
  const story: [now: number, taken: boolean, freeAt: number][] = [
    [0, true, 60],
    [59.999, false, 60],
    [60, true, 120],
    [120, true, 600],
    [599, false, 600],
    [600, true, 660],
    [660, true, 720],
    [720, true, 86_400],
    [86_399, false, 86_400],
    [86_400, true, 86_460],
  ];
  for (const [now, taken, freeAt] of story)
    expect(await take(now, ['story', SENDS])).toEqual({ taken, freeAt: at(freeAt) });
});

test('of 40 at once exactly as many get a turn as there are', async () => {
  const limits = [{ count: 7, seconds: 3_600 }];
  const results = await Promise.all(Array.from({ length: 40 }, () => take(0, ['many', limits])));
  expect(results.filter(({ taken }) => taken)).toHaveLength(7);
});

test('two subjects take their turn together or not at all, in whatever order they are named', async () => {
  const one: [string, Limit[]] = ['number', [{ count: 5, seconds: 60 }]];
  const other: [string, Limit[]] = ['address', [{ count: 8, seconds: 60 }]];
  const third: [string, Limit[]] = ['another number', [{ count: 100, seconds: 60 }]];
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, i) => (i % 2 ? take(0, one, other) : take(0, other, third))),
  );
  const taken = results.filter((result) => result.taken).length;
  expect(taken).toBe(8);
  const rows = await db.turns.findMany({
    where: { subject: { in: ['number', 'address', 'another number'] } },
  });
  const lengthOf = (name: string) => rows.find(({ subject }) => subject === name)?.at.length ?? 0;
  expect(lengthOf('address')).toBe(8);
  expect(lengthOf('number') + lengthOf('another number')).toBe(8);
});

describe('after any history', () => {
  const limit = fc.record({
    count: fc.integer({ min: 1, max: 5 }),
    seconds: fc.integer({ min: 1, max: 100 }),
  });

  test('no stretch of a limit ever holds more turns than it allows, and a free moment is taken', async () => {
    let stories = 0;
    const property = fc.asyncProperty(
      fc.array(limit, { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 }),
      async (limits, pauses) => {
        const subject = `history ${++stories}`;
        const taken: number[] = [];
        let now = 0;
        let freeAt = 0;
        for (const pause of pauses) {
          now += pause;
          const result = await take(now, [subject, limits]);
          const wouldFit = limits.every(
            ({ count, seconds }) => taken.filter((turn) => turn > now - seconds).length < count,
          );
          expect(result.taken).toBe(wouldFit);
          // What was said the last time of when there is room again
          expect(result.taken).toBe(now >= freeAt);
          if (result.taken) taken.push(now);
          freeAt = (result.freeAt.getTime() - START) / 1_000;
        }
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
