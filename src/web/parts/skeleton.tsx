import { useWords } from '../texts/words.ts';
import styles from './skeleton.module.css';

/** The shape of what is being loaded. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <div role="status" className={styles['skeleton']}>
      <span className="unseen">{t.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles['row']} />
      ))}
    </div>
  );
}
