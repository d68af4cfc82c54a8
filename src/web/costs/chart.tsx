import { useId } from 'react';
import { useWords } from '../texts/words.ts';
import { barsOf, gridFor } from './chart-shape.ts';
import styles from './chart.module.css';
import type { SpendingOfPeriod } from './kinds.ts';

/** Heights are in pixels, widths in hundredths of what room there is: letters are of one size on every screen. */
const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 28;
const WIDEST = 5;
/** Every so many days a date is written under the bars. */
const LABELS = 4;

/** Spending by day, the kinds stacked. Who cannot see it hears what it shows and has the same in a table. */
export function Chart({ spending }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  const id = useId();
  const { from, to, total } = spending;
  const bars = barsOf(spending);
  const peak = bars.reduce((highest, bar) => (bar.total > highest.total ? bar : highest));
  // Usage that cost nothing has no height
  if (peak.total === 0) return null;
  const grid = gridFor(peak.total);
  const scale = (HEIGHT - TOP - BOTTOM) / grid.at(-1)!;
  const y = (amount: number) => HEIGHT - BOTTOM - amount * scale;
  const step = 100 / bars.length;
  const width = Math.min(WIDEST, step * 0.72);
  const every = Math.ceil(bars.length / LABELS);
  const money = (amount: number) => f.price({ amount: String(amount), currency: total.currency });
  return (
    <figure className={styles['chart']}>
      <svg height={HEIGHT} role="img" aria-labelledby={`${id}-title`} aria-describedby={`${id}-about`}>
        <title id={`${id}-title`}>{t.costs.chart(f.shortDay(from), f.shortDay(to))}</title>
        <desc id={`${id}-about`}>
          {t.costs.chartAbout(f.money(total), money(peak.total), f.shortDay(peak.day))}
        </desc>
        {grid.map((amount) => (
          <g key={amount}>
            <line className={styles['grid']} x2="100%" y1={y(amount)} y2={y(amount)} />
            <text className={styles['scale']} x={-10} y={y(amount) + 4}>
              {money(amount)}
            </text>
          </g>
        ))}
        {bars.map(({ day, total: sum, parts }, index) => {
          const middle = index * step + step / 2;
          return (
            <g key={day} className={styles['bar']}>
              <title>{`${f.shortDay(day)}: ${money(sum)}`}</title>
              <rect
                className={styles['touch']}
                x={`${index * step}%`}
                y={TOP}
                width={`${step}%`}
                height={HEIGHT - TOP - BOTTOM}
              />
              {parts.map((part) => (
                <rect
                  key={part.kind}
                  data-kind={part.kind}
                  x={`${middle - width / 2}%`}
                  y={y(part.to)}
                  width={`${width}%`}
                  height={Math.max(1, (part.to - part.from) * scale - 1)}
                  rx={2}
                />
              ))}
              {index % every === 0 && (
                <text className={styles['day']} x={`${middle}%`} y={HEIGHT - 8}>
                  {f.shortDay(day)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
