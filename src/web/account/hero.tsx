import { phone } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { useWords } from '../texts/words.ts';
import styles from './hero.module.css';
import { useLine } from './line.ts';

const RADII = [70, 130, 190, 250, 310];

/** Whose line it is, and what is on the account. */
export function Hero() {
  const { t, f } = useWords();
  const { fullName, phoneNumber, tariff, balance, available, status } = useLine();
  const held = available.amount !== balance.amount;
  return (
    <section className={styles['hero']} aria-label={t.account.owner}>
      <svg className={styles['waves']} viewBox="0 0 320 320" aria-hidden="true" focusable="false">
        {RADII.map((radius) => (
          <circle key={radius} cx="320" cy="320" r={radius} />
        ))}
      </svg>
      <div className={styles['who']}>
        <p className={styles['name']}>{fullName}</p>
        <p className={`digits ${styles['number']}`}>{phone(phoneNumber)}</p>
        <p className={styles['tariff']}>
          <span className={styles['chip']}>{tariff.name}</span>
          <span>{t.account.perMonth(f.price(tariff.monthlyFee))}</span>
        </p>
      </div>
      <div className={styles['money']} aria-live="polite" aria-atomic="true">
        <p className={styles['label']}>{t.account.balance}</p>
        <p className={`digits ${styles['balance']}`}>{f.money(balance)}</p>
        <p className={styles['available']}>
          {t.account.available(f.money(available))}
          {held && <small>{t.account.availableHint}</small>}
        </p>
      </div>
      {status === 'SUSPENDED' && (
        <p className={styles['suspended']}>
          <Icon name="alert" />
          <span>
            <strong>{t.account.suspended}.</strong> {t.account.suspendedHint}
          </span>
        </p>
      )}
    </section>
  );
}
