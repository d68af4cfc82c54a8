import { Icon } from '../parts/icon.tsx';
import { Logo } from '../parts/logo.tsx';
import { useWords } from '../texts/words.ts';
import styles from './poster.module.css';

const RADII = [120, 210, 300, 390, 480, 570];

/** What the product is, beside the form; on a phone only its name. */
export function Poster() {
  const { t } = useWords();
  return (
    <aside className={styles['poster']} aria-label={t.product}>
      <svg className={styles['waves']} viewBox="0 0 600 600" aria-hidden="true" focusable="false">
        {RADII.map((radius) => (
          <circle key={radius} cx="600" cy="600" r={radius} />
        ))}
      </svg>
      <Logo />
      <div className={styles['text']}>
        <p className={styles['tagline']}>{t.tagline}</p>
        <ul>
          {t.promises.map((promise) => (
            <li key={promise}>
              <Icon name="check" />
              {promise}
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}
