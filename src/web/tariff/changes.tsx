import type { TariffChangesQuery } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../texts/words.ts';
import styles from './changes.module.css';

type Change = NonNullable<TariffChangesQuery['me']>['tariffChanges']['edges'][number]['node'];

/** The change that is on its way. */
export function OpenChange({ change }: { change: Change }) {
  const { t } = useWords();
  const title = t.tariff.open(change.fromTariff.name, change.toTariff.name);
  return (
    <Notice tone="warn" live>
      <strong>{title}</strong> · {t.states[change.state]}
      <br />
      {t.tariff.openNote}
      <progress className={styles['bar']} aria-label={title} />
    </Notice>
  );
}

export function ChangeHistory({ changes }: { changes: Change[] }) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  if (!changes.length) return null;
  return (
    <Section title={t.tariff.history}>
      <ul className={styles['list']}>
        {changes.map((change) => (
          <li key={change.id}>
            <div>
              <p>
                {change.fromTariff.name} → <strong>{change.toTariff.name}</strong>
              </p>
              <p className={styles['detail']}>
                {f.moment(change.createdAt, timeZone)} · {f.money(change.fee)}
              </p>
              {change.failure && <p className={styles['detail']}>{change.failure.message}</p>}
            </div>
            <StateTag state={change.state} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
