import { Fold } from '../parts/fold.tsx';
import { useWords } from '../texts/words.ts';
import type { SpendingOfPeriod } from './kinds.ts';
import { SpendingTable } from './spending-table.tsx';

/** What the chart shows, in exact numbers. */
export function DayTable({ spending: { days } }: { spending: SpendingOfPeriod }) {
  const { t, f } = useWords();
  return (
    <Fold title={t.costs.asTable}>
      <SpendingTable>
        {days.map(({ day, kind, total }) => (
          <tr key={`${day} ${kind}`}>
            <th scope="row">{f.shortDay(day)}</th>
            <td>{t.costs.kinds[kind]}</td>
            <td>{f.money(total)}</td>
          </tr>
        ))}
      </SpendingTable>
    </Fold>
  );
}
