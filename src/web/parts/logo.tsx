import { useWords } from '../texts/words.ts';
import styles from './logo.module.css';

export function Logo() {
  const { t } = useWords();
  return (
    <span className={styles['logo']}>
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
        <g fill="none" strokeWidth="3.4" strokeLinecap="round">
          <path d="M4 27A23 23 0 0 1 27 4" className={styles['far']} />
          <path d="M12 27a15 15 0 0 1 15-15" stroke="currentColor" />
        </g>
        <circle cx="24.5" cy="24.5" r="4" fill="currentColor" />
      </svg>
      {t.wordmark}
    </span>
  );
}
