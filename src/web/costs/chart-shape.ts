import { eachDay } from './days.ts';
import { KINDS, type SpendingKind, type SpendingOfPeriod } from './kinds.ts';

export interface Bar {
  day: string;
  total: number;
  /** From the ground up, in units of money. */
  parts: { kind: SpendingKind; from: number; to: number }[];
}

/** The bars of a chart: one for each day, with the kinds one upon another. */
export function barsOf({ from, to, days }: SpendingOfPeriod): Bar[] {
  const amounts = new Map(days.map(({ day, kind, total }) => [`${day} ${kind}`, Number(total.amount)]));
  return eachDay({ from, to }).map((day) => {
    const parts: Bar['parts'] = [];
    let height = 0;
    for (const kind of KINDS) {
      const amount = amounts.get(`${day} ${kind}`) ?? 0;
      if (amount > 0) parts.push({ kind, from: height, to: (height += amount) });
    }
    return { day, total: height, parts };
  });
}

/** Heights of grid lines, round numbers all, of which the last is above every bar. */
export function gridFor(highest: number): number[] {
  const rough = Math.max(highest, 0.01) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}
