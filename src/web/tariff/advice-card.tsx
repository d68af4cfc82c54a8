import type { TariffAdviceQuery } from '../../generated/operations.ts';
import type { Money } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { useWords } from '../texts/words.ts';
import styles from './advice-card.module.css';

type Advice = NonNullable<TariffAdviceQuery['me']>['tariffAdvice'][number];

interface Props {
  advice: Advice;
  /** The first of them, if it saves anything at all. */
  best: boolean;
  onChoose: () => void;
}

/** One tariff beside the one of now: what a month would have cost, and whether the change earns its fee back. */
export function AdviceCard({ advice, best, onChoose }: Props) {
  const { t, f } = useWords();
  const { tariff, currentMonthlyCost, newMonthlyCost, monthlySaving, switchFee, paybackMonths } = advice;
  const saving = Number(monthlySaving.amount);
  const size = f.price(sizeOf(monthlySaving));
  const verdict = saving > 0 ? t.tariff.saves(size) : saving < 0 ? t.tariff.costsMore(size) : t.tariff.same;
  return (
    <li className={`${styles['card']} ${best && saving > 0 ? styles['best'] : ''}`}>
      <div className={styles['head']}>
        <h3>{tariff.name}</h3>
        {best && saving > 0 && <span className={styles['badge']}>{t.tariff.best}</span>}
      </div>
      <p className={saving > 0 ? styles['saves'] : styles['loses']}>{verdict}</p>
      <Comparison
        rows={[
          { label: t.tariff.nowCosts, money: currentMonthlyCost, tone: 'current' },
          { label: tariff.name, money: newMonthlyCost, tone: saving > 0 ? 'better' : 'worse' },
        ]}
      />
      <Months worst={advice.worstMonthSaving} best={advice.bestMonthSaving} />
      <p className={styles['payback']}>
        {Number(switchFee.amount) > 0 ? t.tariff.switchFee(f.price(switchFee)) : t.tariff.switchFree}
        {' · '}
        <strong>
          {paybackMonths == null ? t.tariff.noPayback : t.tariff.payback(paybackMonths, f.plural)}
        </strong>
      </p>
      <Button
        look={best && saving > 0 ? 'primary' : 'plain'}
        aria-label={t.tariff.chooseLabel(tariff.name)}
        onClick={onChoose}
      >
        {t.tariff.choose}
      </Button>
    </li>
  );
}

/** A sum of money without its sign. */
const sizeOf = (money: Money): Money => ({ ...money, amount: money.amount.replace('-', '') });

/** How far the months differ, in words that leave no minus to puzzle over. */
function Months({ worst, best }: { worst: Money; best: Money }) {
  const { t, f } = useWords();
  const [low, high] = [f.price(sizeOf(worst)), f.price(sizeOf(best))];
  const { byMonth } = t.tariff;
  const text =
    Number(worst.amount) >= 0
      ? byMonth.saves(low, high)
      : Number(best.amount) <= 0
        ? byMonth.costsMore(high, low)
        : byMonth.either(low, high);
  return <p className={styles['detail']}>{worst.amount === best.amount ? byMonth.same : text}</p>;
}

interface Row {
  label: string;
  money: Money;
  tone: 'current' | 'better' | 'worse';
}

/** Two costs as bars of one scale, each with its number. */
function Comparison({ rows }: { rows: Row[] }) {
  const { t, f } = useWords();
  const highest = Math.max(...rows.map(({ money }) => Number(money.amount)), 1);
  return (
    <dl className={styles['bars']} aria-label={t.tariff.costs}>
      {rows.map(({ label, money, tone }) => (
        <div key={tone}>
          <dt>{label}</dt>
          <dd className="digits">{f.money(money)}</dd>
          <svg className={styles[tone]} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(Number(money.amount) / highest) * 100} height="8" />
          </svg>
        </div>
      ))}
    </dl>
  );
}
