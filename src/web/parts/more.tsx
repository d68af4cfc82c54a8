import { useRef } from 'react';
import { useWords } from '../texts/words.ts';
import { Button } from './button.tsx';
import styles from './more.module.css';

interface Props {
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
  busy: boolean;
  readOn: (endCursor: string | null | undefined) => void;
}

/** The way to what else is in a list. Where it was the last of it, the focus stays at the list's end. */
export function More({ pageInfo: { hasNextPage, endCursor }, busy, readOn }: Props) {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} tabIndex={-1} className={styles['more']}>
      {hasNextPage && (
        <Button heir={place} busy={busy} onClick={() => readOn(endCursor)}>
          {t.more}
        </Button>
      )}
    </div>
  );
}
