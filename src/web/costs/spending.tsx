import { useLine } from '../account/line.ts';
import { Section } from '../parts/page.tsx';
import { useWords } from '../texts/words.ts';
import { Chart } from './chart.tsx';
import { DayTable } from './day-table.tsx';
import { KINDS, type SpendingOfPeriod } from './kinds.ts';
import styles from './spending.module.css';

/** Before any usage was loaded, the server says the beginning of time. */
const isKnown = (completeThrough: string): boolean => Date.parse(completeThrough) > 0;

/** The sum, by day as a chart, by kind as a table. */
export function Spending({ spending }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const { total, lines, from, to, dataCompleteThrough } = spending;
  return (
    <>
      <div className={styles['sum']}>
        <p className={styles['label']}>
          {t.costs.spent} · {f.shortDay(from)} – {f.shortDay(to)}
        </p>
        <p className={`digits ${styles['total']}`}>{f.money(total)}</p>
        {isKnown(dataCompleteThrough) && (
          <p className={styles['label']}>{t.costs.through(f.moment(dataCompleteThrough, timeZone))}</p>
        )}
      </div>
      {lines.length === 0 ? (
        <p className={styles['nothing']}>{t.costs.nothing}</p>
      ) : (
        <>
          <Section title={t.costs.byDay}>
            <Chart spending={spending} />
            <DayTable spending={spending} />
          </Section>
          <Section title={t.costs.byKind}>
            <div className={styles['card']}>
              <KindTable spending={spending} />
            </div>
          </Section>
        </>
      )}
    </>
  );
}

function KindTable({ spending: { lines, total } }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{t.costs.kind}</th>
          <th scope="col">{t.costs.count}</th>
          <th scope="col">{t.costs.sum}</th>
        </tr>
      </thead>
      <tbody className="digits">
        {lines
          .toSorted((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind))
          .map((line) => (
            <tr key={line.kind}>
              <th scope="row">
                <span className={styles['swatch']} data-kind={line.kind} />
                {t.costs.kinds[line.kind]}
              </th>
              <td>{f.number(line.count)}</td>
              <td>{f.money(line.total)}</td>
            </tr>
          ))}
      </tbody>
      <tfoot className="digits">
        <tr>
          <th scope="row">{t.costs.total}</th>
          <td colSpan={2}>{f.money(total)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
