import { useQuery } from 'urql';
import { ServiceOrdersDocument } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { useReadingOn } from '../graphql/reading-on.ts';
import { Failure } from '../parts/failure.tsx';
import { Fold } from '../parts/fold.tsx';
import { More } from '../parts/more.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../texts/words.ts';
import styles from './order-history.module.css';

const PAGE = 10;

/** What was ordered so far; read when somebody wants to see it. */
export function OrderHistory() {
  const { t } = useWords();
  return (
    <Fold title={t.services.history}>
      <History />
    </Fold>
  );
}

function History() {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const { variables, readOn } = useReadingOn('serviceOrders', PAGE);
  const [{ data, error, fetching }, reload] = useQuery({ query: ServiceOrdersDocument, variables });
  const orders = data?.me?.serviceOrders;
  if (!orders) return error ? <Failure retry={reload} /> : <Skeleton rows={2} />;
  if (!orders.edges.length) return <p>{t.services.historyEmpty}</p>;
  return (
    <>
      <ul className={styles['orders']}>
        {orders.edges.map(({ node }) => (
          <li key={node.id}>
            <div>
              <p>
                <strong>{node.service.name}</strong>
              </p>
              <p className={styles['detail']}>
                {[
                  t.services.kinds[node.kind],
                  t.services.channels[node.channel],
                  f.moment(node.createdAt, timeZone),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              {node.failure && <p className={styles['detail']}>{node.failure.message}</p>}
            </div>
            <StateTag state={node.state} />
          </li>
        ))}
      </ul>
      <More pageInfo={orders.pageInfo} busy={fetching} readOn={readOn} />
    </>
  );
}
