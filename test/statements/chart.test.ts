import { expect, test } from 'vitest';
import { chartOf } from '../../src/statements/chart.ts';
import type { StatementDay } from '../../src/statements/statement.ts';

const size = { width: 300, height: 100 };
const march = { from: '2026-03-01', to: '2026-03-03' };
const chart = (days: StatementDay[], period = march) => chartOf({ lines: [], total: 0n, days }, period, size);

test('bars stand on one another, as high as what was spent', () => {
  const drawn = chart([
    { day: '2026-03-02', kind: 'DATA', total: 30_00n },
    { day: '2026-03-02', kind: 'CALLS', total: 50_00n },
    { day: '2026-03-03', kind: 'CALLS', total: 20_00n },
  ])!;
  expect(drawn.levels.map(({ amount }) => amount)).toEqual([0n, 20_00n, 40_00n, 60_00n, 80_00n]);
  expect(drawn.levels.map(({ y }) => y)).toEqual([100, 75, 50, 25, 0]);
  expect(drawn.kinds).toEqual(['CALLS', 'DATA']);
  expect(drawn.bars.map(({ day, kind, y, height }) => [day, kind, y, height])).toEqual([
    ['2026-03-02', 'CALLS', 37.5, 62.5],
    ['2026-03-02', 'DATA', 0, 37.5],
    ['2026-03-03', 'CALLS', 75, 25],
  ]);
  expect(drawn.days.map(({ x }) => x)).toEqual([50, 150, 250]);
});

test('every day of the period has its place, whatever the month, and no other day has', () => {
  const drawn = chart(
    [
      { day: '2024-02-29', kind: 'OTHER', total: 1n },
      { day: '2024-03-02', kind: 'OTHER', total: 1n },
    ],
    { from: '2024-02-27', to: '2024-03-01' },
  )!;
  expect(drawn.days.map(({ day }) => day)).toEqual(['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01']);
  expect(drawn.bars).toHaveLength(1);
});

test('what was given back is not drawn, and without spending there is no chart', () => {
  expect(chart([{ day: '2026-03-02', kind: 'OTHER', total: -5n }])).toBeUndefined();
  expect(chart([])).toBeUndefined();
  expect(chart([{ day: '2026-04-02', kind: 'CALLS', total: 5n }])).toBeUndefined();
});

test('the levels are few and round, however little or much was spent', () => {
  for (let most = 1n; most < 10n ** 20n; most = most * 3n + 1n) {
    const { levels } = chart([{ day: '2026-03-02', kind: 'CALLS', total: most }])!;
    const top = levels.at(-1)!.amount;
    expect(levels.length).toBeLessThanOrEqual(5);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(top).toBeLessThan(most * 3n);
    expect(`${levels[1]!.amount}`).toMatch(/^[125]0*$/);
  }
});
