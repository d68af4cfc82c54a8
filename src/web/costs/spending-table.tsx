import type { ReactNode } from 'react';
import { useWords } from '../texts/words.ts';
import styles from './spending-table.module.css';

/** Rows of when, for what, and how much. */
export function SpendingTable({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{t.costs.day}</th>
          <th scope="col">{t.costs.kind}</th>
          <th scope="col">{t.costs.sum}</th>
        </tr>
      </thead>
      <tbody className="digits">{children}</tbody>
    </table>
  );
}
