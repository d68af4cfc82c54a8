import type { MinorUnits } from '../money.ts';
import {
  SPENDING_KINDS,
  type SpendingKind,
  type StatementDay,
  type StatementHead,
  type StatementTotals,
} from './statement.ts';

/** Told apart in print, in grey, and by people who see colours otherwise. */
export const CHART_COLOURS: Record<SpendingKind, string> = {
  CALLS: '#0b5cad',
  MESSAGES: '#5ab4e5',
  DATA: '#f0a30a',
  SERVICE_FEES: '#12866a',
  TARIFF_FEES: '#8d99a6',
  OTHER: '#c0578f',
};

/** Spending by day as stacked bars, in units of the caller's drawing; y counts from the top. */
export interface Chart {
  bars: {
    x: number;
    y: number;
    width: number;
    height: number;
    kind: SpendingKind;
    day: string;
    total: bigint;
  }[];
  /** Lines across, from nothing upward, each with the amount that it stands for. */
  levels: { y: number; amount: MinorUnits }[];
  /** Every day with the middle of its bar; those that have room for their name are `named`. */
  days: { x: number; day: string; named: boolean }[];
  /** The kinds there is spending of. */
  kinds: SpendingKind[];
}

const DAY_MS = 86_400_000;
const LEVELS = 4n;
const DAYS_NAMED = 10;
const BAR = 0.7;

/** Lays the chart out; undefined if nothing was spent. What was given back is not drawn. */
export function chartOf(
  { days: spending }: StatementTotals,
  { from, to }: Pick<StatementHead, 'from' | 'to'>,
  { width, height }: { width: number; height: number },
): Chart | undefined {
  const days = daysBetween(from, to);
  const byDay = Map.groupBy(
    spending.filter(({ total }) => total > 0n),
    ({ day }) => day,
  );
  const sums = days.map((day) => (byDay.get(day) ?? []).reduce((sum, { total }) => sum + total, 0n));
  const most = sums.reduce((a, b) => (b > a ? b : a), 0n);
  if (!most) return undefined;
  const step = roundStep(most);
  const top = ((most + step - 1n) / step) * step;
  const heightOf = (amount: bigint) => (Number((amount * 1_000_000n) / top) / 1_000_000) * height;
  const place = width / days.length;
  const kinds = SPENDING_KINDS.filter((kind) =>
    days.some((day) => byDay.get(day)?.some((spent) => spent.kind === kind)),
  );
  return {
    kinds,
    levels: Array.from({ length: Number(top / step) + 1 }, (_, index) => {
      const amount = step * BigInt(index);
      return { amount, y: height - heightOf(amount) };
    }),
    days: days.map((day, index) => ({
      day,
      x: (index + 0.5) * place,
      named: index % Math.ceil(days.length / DAYS_NAMED) === 0,
    })),
    bars: days.flatMap((day, index) => {
      let y = height;
      return kinds.flatMap((kind) => {
        const total = sumOf(byDay.get(day), kind);
        if (!total) return [];
        const tall = heightOf(total);
        y -= tall;
        return [
          { x: (index + (1 - BAR) / 2) * place, y, width: place * BAR, height: tall, kind, day, total },
        ];
      });
    }),
  };
}

const sumOf = (spending: StatementDay[] | undefined, kind: SpendingKind): bigint =>
  (spending ?? []).reduce((sum, spent) => (spent.kind === kind ? sum + spent.total : sum), 0n);

/** 1, 2 or 5 and noughts: the smallest that needs no more levels than there may be. */
function roundStep(most: bigint): bigint {
  for (let power = 1n; ; power *= 10n)
    for (const digit of [1n, 2n, 5n]) if (digit * power * LEVELS >= most) return digit * power;
}

function daysBetween(from: string, to: string): string[] {
  const first = Date.parse(from);
  const count = Math.round((Date.parse(to) - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}
