import { useQuery } from 'urql';
import { TariffsDocument } from '../../generated/operations.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/failure.tsx';
import { Fold } from '../parts/fold.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import styles from './all-tariffs.module.css';
import { Terms } from './terms.tsx';

interface Props {
  current: string;
  onChoose(tariffCode: string): void;
}

/** The operator's tariffs with their terms; read when somebody wants to see them. */
export function AllTariffs(props: Props) {
  const { t } = useWords();
  return (
    <Fold title={t.tariff.all}>
      <List {...props} />
    </Fold>
  );
}

function List({ current, onChoose }: Props) {
  const { t, f } = useWords();
  const [{ data, error }, reload] = useQuery({ query: TariffsDocument, variables: { first: 100 } });
  if (!data) return error ? <Failure retry={reload} /> : <Skeleton rows={3} />;
  return (
    <ul className={styles['list']}>
      {data.tariffs.edges.map(({ node: tariff }) => (
        <li key={tariff.id} className={styles['tariff']}>
          <div className={styles['head']}>
            <h3>{tariff.name}</h3>
            <strong className="digits">{t.account.perMonth(f.price(tariff.monthlyFee))}</strong>
          </div>
          <p className={styles['description']}>{tariff.description}</p>
          <Terms tariff={tariff} />
          {tariff.code === current ? (
            <p className={styles['description']}>{t.tariff.now}</p>
          ) : (
            <Button aria-label={t.tariff.chooseLabel(tariff.name)} onClick={() => onChoose(tariff.code)}>
              {t.tariff.choose}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
