import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrisma } from '../../src/adapters/postgres/prisma.ts';
import { beginTry, reopenTries, settleTry, type Try, type TryRule } from '../../src/limits/tries.ts';
import type { Db } from '../../src/ports/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { MovableClock } from '../support/clock.ts';
import { rounds } from '../support/rounds.ts';

let database: TestDatabase;
let db: Db;
const clock = new MovableClock();
beforeAll(async () => {
  database = await createTestDatabase();
  db = openPrisma(database.url).db;
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const inARow = (subject: string): TryRule => ({ subject, allowed: 5, counts: 'streak', seconds: 1_800 });
const aDay = (subject: string): TryRule => ({ subject, allowed: 20, counts: 'total', seconds: 86_400 });
const begin = (...rules: TryRule[]) => beginTry({ db, clock }, rules);

/** A whole try: what it came to, and what there was left if it was wrong. */
async function attempt(right: boolean, ...rules: TryRule[]): Promise<number | 'right' | 'locked'> {
  const begun = await begin(...rules);
  if ('busy' in begun) return 'locked';
  await settleTry(db, begun, right);
  return right ? 'right' : begun.left;
}

test('five wrong ones in a row, then a pause, then five again; a right one ends the row', async () => {
  const rule = inARow('row');
  for (const left of [4, 3, 2]) expect(await attempt(false, rule)).toBe(left);
  expect(await attempt(true, rule)).toBe('right');
  for (const left of [4, 3, 2, 1, 0]) expect(await attempt(false, rule)).toBe(left);
  expect(await attempt(true, rule)).toBe('locked');
  clock.advance({ minutes: 29 });
  const begun = await begin(rule);
  expect(begun).toMatchObject({ busy: false });
  clock.advance({ minutes: 1, seconds: 1 });
  for (const left of [4, 3, 2, 1, 0]) expect(await attempt(false, rule)).toBe(left);
  expect(await attempt(false, rule)).toBe('locked');
});

test('twenty wrong ones in a day lock for good, until they are given anew, for newer things only', async () => {
  const rule = aDay('day');
  for (let i = 0; i < 19; i++) expect(await attempt(false, rule)).toBe(19 - i);
  clock.advance({ hours: 24, seconds: 1 });
  for (let i = 0; i < 20; i++) expect(await attempt(false, rule)).toBe(19 - i);
  clock.advance({ days: 3 });
  expect(await begin(rule)).toEqual({ until: null, busy: false });
  const now = clock.now();
  await reopenTries(db, rule, now);
  const begun = (await begin(rule)) as Try;
  expect(begun).toMatchObject({ left: 19, onlyAfter: now });
});

test('three wrong ones in a day, whatever right ones come between, and three again a day after the first', async () => {
  const rule = { subject: 'stretch', allowed: 3, counts: 'stretch', seconds: 86_400 } as const;
  expect(await attempt(false, rule)).toBe(2);
  clock.advance({ hours: 20 });
  expect(await attempt(false, rule)).toBe(1);
  expect(await attempt(true, rule)).toBe('right');
  expect(await attempt(false, rule)).toBe(0);
  const until = new Date(clock.now().getTime() + 4 * 3_600_000);
  const { until: told } = (await begin(rule)) as { until: Date };
  expect(Math.abs(told.getTime() - until.getTime())).toBeLessThan(5_000);
  clock.advance({ hours: 4, seconds: 1 });
  for (const left of [2, 1, 0]) expect(await attempt(false, rule)).toBe(left);
});

test('wrong ones of yesterday are not counted among today’s', async () => {
  const rule = { subject: 'yesterday', allowed: 3, counts: 'stretch', seconds: 86_400 } as const;
  for (const left of [2, 1]) expect(await attempt(false, rule)).toBe(left);
  clock.advance({ hours: 24, seconds: 1 });
  for (const left of [2, 1, 0]) expect(await attempt(false, rule)).toBe(left);
});

test('right ones take nothing off a day’s wrong ones', async () => {
  const rule = aDay('right ones');
  for (let i = 0; i < 3; i++) await attempt(false, rule);
  for (let i = 0; i < 30; i++) expect(await attempt(true, rule)).toBe('right');
  expect(await attempt(false, rule)).toBe(16);
});

test('the day begins with the first wrong one, not with a right one before it', async () => {
  const rule = aDay('first wrong');
  await attempt(true, rule);
  clock.advance({ hours: 23 });
  for (let i = 0; i < 10; i++) await attempt(false, rule);
  clock.advance({ hours: 2 });
  expect(await attempt(false, rule)).toBe(9);
  clock.advance({ hours: 22 });
  expect(await attempt(false, rule)).toBe(19);
});

test('200 wrong ones at once: exactly five are begun', async () => {
  for (let round = 0; round < rounds(2, 20); round++) {
    const rules = [inARow(`at once ${round}`), aDay(`at once a day ${round}`)];
    const results = await Promise.all(Array.from({ length: 200 }, () => attempt(false, ...rules)));
    expect(new Set(results)).toEqual(new Set(['locked', 0, 1, 2, 3, 4]));
    expect(results.filter((result) => result !== 'locked')).toHaveLength(5);
  }
});

test('40 right ones at once all get in, although there are only five tries', async () => {
  const rules = [inARow('right at once'), aDay('right at once a day')];
  const results = await Promise.all(Array.from({ length: 40 }, () => attempt(true, ...rules)));
  expect(new Set(results)).toEqual(new Set(['right']));
  expect(await attempt(false, ...rules)).toBe(4);
});

test('wrong and right ones at once: never more than five wrong ones without a right one between them', async () => {
  for (let round = 0; round < rounds(3, 30); round++) {
    const rule = inARow(`mixed ${round}`);
    const order: boolean[] = [];
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const begun = await begin(rule);
        if ('busy' in begun) return;
        order.push(i % 7 === 0);
        await settleTry(db, begun, i % 7 === 0);
      }),
    );
    const wrong = order.filter((right) => !right).length;
    const right = order.length - wrong;
    expect(wrong).toBeLessThanOrEqual(5 * (right + 1));
  }
});

test('a try that died with its process was a wrong one', async () => {
  const rule = inARow('dead');
  for (let i = 0; i < 5; i++) await begin(rule);
  clock.advance({ seconds: 31 });
  const begun = await begin(rule);
  expect(begun).toMatchObject({ busy: false });
  expect('until' in begun && begun.until!.getTime()).toBeGreaterThan(clock.now().getTime() + 29 * 60_000);
});
