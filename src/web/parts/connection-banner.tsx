import { useEffect, useRef, useState } from 'react';
import { useConnectionLost } from '../connection.ts';
import { useWords } from '../texts/words.ts';
import styles from './connection-banner.module.css';
import { Icon } from './icon.tsx';

/** Short gaps are not worth a word. */
const NOTICED_AFTER_MS = 700;
const GOOD_NEWS_MS = 3_000;

/** Says that the connection is lost, and that it is back. */
export function ConnectionBanner() {
  const { t } = useWords();
  const lost = useConnectionLost();
  const [shown, setShown] = useState<'lost' | 'back'>();
  const said = useRef(false);
  useEffect(() => {
    if (!lost && !said.current) return;
    if (!lost) setShown('back');
    const timer = setTimeout(
      () => {
        said.current = lost;
        setShown(lost ? 'lost' : undefined);
      },
      lost ? NOTICED_AFTER_MS : GOOD_NEWS_MS,
    );
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status" className={styles['place']}>
      {shown && (
        <p className={`${styles['banner']} ${styles[shown]}`}>
          <Icon name={shown === 'lost' ? 'alert' : 'check'} size={18} />
          {t.connection[shown]}
        </p>
      )}
    </div>
  );
}
