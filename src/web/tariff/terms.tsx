import type { TariffsQuery } from '../../generated/operations.ts';
import { useWords } from '../texts/words.ts';
import styles from './terms.module.css';

export type Tariff = TariffsQuery['tariffs']['edges'][number]['node'];

/** What a tariff includes, and what costs extra: nothing does of what it includes without limit. */
export function Terms({ tariff }: { tariff: Pick<Tariff, 'allowances' | 'rates'> }) {
  const { t, f } = useWords();
  const { allowances } = tariff;
  const unlimited = allowances.filter(({ amount }) => amount == null).map(({ kind }) => kind);
  const rates = tariff.rates.filter(({ kind }) => !unlimited.includes(kind));
  const { units, perUnit, usage } = t.tariff;
  return (
    <div className={styles['terms']}>
      <div>
        <h3>{t.tariff.includes}</h3>
        {allowances.length ? (
          <ul className="digits">
            {allowances.map(({ kind, amount, unit }) => (
              <li key={kind}>
                <span>{usage[kind]}</span>
                <strong>
                  {amount == null
                    ? t.tariff.unlimited
                    : `${f.number(amount)} ${f.plural(amount, units[unit])}`}
                </strong>
              </li>
            ))}
          </ul>
        ) : (
          <p>{t.tariff.nothingIncluded}</p>
        )}
      </div>
      {rates.length > 0 && (
        <div>
          <h3>{t.tariff.beyond}</h3>
          <ul className="digits">
            {rates.map(({ kind, price, perUnits, unit }) => (
              <li key={kind}>
                <span>{usage[kind]}</span>
                <strong>
                  {t.tariff.rate(
                    f.price(price),
                    perUnits === 1
                      ? perUnit[unit]
                      : `${f.number(perUnits)} ${f.plural(perUnits, units[unit])}`,
                  )}
                </strong>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
