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
  /** Whether the loss has lasted long enough to be told, and its end is news. */
  const [told, setTold] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTold(lost), lost ? NOTICED_AFTER_MS : GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => keepRoomFor(place.current!), []);
  const state = lost ? 'lost' : 'back';
  return (
    <div ref={place} role="status" className={styles['place']}>
      {told && (
        <p className={`${styles['banner']} ${styles[state]}`}>
          <Icon name={lost ? 'alert' : 'check'} size={18} />
          {t.connection[state]}
        </p>
      )}
    </div>
  );
}

/** What else stays at the top of the screen, the strip of sections, stays below it, however many lines it takes. */
function keepRoomFor(place: HTMLElement): () => void {
  const watch = new ResizeObserver(() =>
    document.documentElement.style.setProperty('--banner', `${place.getBoundingClientRect().height}px`),
  );
  watch.observe(place);
  return () => watch.disconnect();
}
