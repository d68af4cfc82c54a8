import { useEffect, useState } from 'react';
import { useLine } from '../account/line.ts';
import { useWords } from '../texts/words.ts';
import styles from './strength.module.css';

const STEPS = [0, 1, 2, 3];

/** How good the password seems while it is typed; the server has the last word. */
export function Strength({ password, minLength }: { password: string; minLength: number }) {
  const { t, f } = useWords();
  const { fullName, phoneNumber } = useLine();
  const [estimate, setEstimate] = useState<(password: string) => number>();
  useEffect(() => {
    const ownWords = [...fullName.toLowerCase().split(/\s+/), phoneNumber.slice(1), phoneNumber.slice(2)];
    // Without it the server judges alone
    import('./estimate.ts').then(
      ({ estimator }) => setEstimate(() => estimator(ownWords)),
      () => {},
    );
  }, [fullName, phoneNumber]);
  if (!password || !estimate) return null;
  const left = minLength - [...password].length;
  const score = left > 0 ? 0 : estimate(password);
  const verdict = left > 0 ? t.password.tooShort(left, f.plural) : t.password.scores[score];
  return (
    <div className={styles['strength']}>
      <div className={styles['bars']} data-score={score} aria-hidden="true">
        {STEPS.map((step) => (
          <span key={step} data-on={step < score || undefined} />
        ))}
      </div>
      <p role="status">
        {t.password.estimate}: <strong>{verdict}</strong>
      </p>
      <p className={styles['note']}>{t.password.estimateNote}</p>
    </div>
  );
}
