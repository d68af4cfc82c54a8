import { Fold } from '../parts/fold.tsx';
import { useWords } from '../texts/words.ts';
import styles from './day-table.module.css';
import type { SpendingOfPeriod } from './kinds.ts';

/** What the chart shows, in exact numbers. */
export function DayTable({ spending: { days } }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  return (
    <Fold title={t.costs.asTable}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{t.costs.day}</th>
            <th scope="col">{t.costs.kind}</th>
            <th scope="col">{t.costs.sum}</th>
          </tr>
        </thead>
        <tbody className="digits">
          {days.map(({ day, kind, total }) => (
            <tr key={`${day} ${kind}`}>
              <th scope="row">{f.shortDay(day)}</th>
              <td>{t.costs.kinds[kind]}</td>
              <td>{f.money(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Fold>
  );
}
