import { useId } from 'react';
import { useWords } from '../texts/words.ts';
import { barsOf, gridFor } from './chart-shape.ts';
import styles from './chart.module.css';
import type { SpendingOfPeriod } from './kinds.ts';

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 64;
const TOP = 12;
const BOTTOM = 28;
/** Every so many days a date is written under the bars. */
const LABELS = 5;

/** Spending by day, the kinds stacked. Who cannot see it hears what it shows and has the same in a table. */
export function Chart({ spending }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  const id = useId();
  const { from, to, total } = spending;
  const bars = barsOf(spending);
  const peak = bars.reduce((highest, bar) => (bar.total > highest.total ? bar : highest));
  const grid = gridFor(peak.total);
  const scale = (HEIGHT - TOP - BOTTOM) / grid.at(-1)!;
  const y = (amount: number) => HEIGHT - BOTTOM - amount * scale;
  const step = (WIDTH - LEFT) / bars.length;
  const width = Math.min(26, step * 0.72);
  const every = Math.ceil(bars.length / LABELS);
  const money = (amount: number) => f.price({ amount: String(amount), currency: total.currency });
  return (
    <figure className={styles['chart']}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-about`}
      >
        <title id={`${id}-title`}>{t.costs.chart(f.shortDay(from), f.shortDay(to))}</title>
        <desc id={`${id}-about`}>
          {t.costs.chartAbout(f.money(total), money(peak.total), f.shortDay(peak.day))}
        </desc>
        {grid.map((amount) => (
          <g key={amount}>
            <line className={styles['grid']} x1={LEFT} x2={WIDTH} y1={y(amount)} y2={y(amount)} />
            <text className={styles['scale']} x={LEFT - 10} y={y(amount) + 4}>
              {money(amount)}
            </text>
          </g>
        ))}
        {bars.map(({ day, total: sum, parts }, index) => {
          const x = LEFT + index * step + (step - width) / 2;
          return (
            <g key={day} className={styles['bar']}>
              <title>{`${f.shortDay(day)}: ${money(sum)}`}</title>
              <rect
                className={styles['touch']}
                x={LEFT + index * step}
                y={TOP}
                width={step}
                height={HEIGHT - TOP - BOTTOM}
              />
              {parts.map((part) => (
                <rect
                  key={part.kind}
                  data-kind={part.kind}
                  x={x}
                  y={y(part.to)}
                  width={width}
                  height={Math.max(1, (part.to - part.from) * scale - 1)}
                  rx={Math.min(3, width / 4)}
                />
              ))}
              {index % every === 0 && (
                <text className={styles['day']} x={LEFT + index * step + step / 2} y={HEIGHT - 8}>
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
