import { useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { DetailOrdersDocument } from '../../generated/operations.ts';
import { useReadingOn } from '../graphql/reading-on.ts';
import cards from '../parts/cards.module.css';
import { Failure } from '../parts/failure.tsx';
import { More } from '../parts/more.tsx';
import { Section } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { StatementForm, type Suggestion } from './statement-form.tsx';
import { StatementRow } from './statement-row.tsx';
import styles from './statements.module.css';

const PAGE = 5;

/** Itemised statements: to order one, and those that were. */
export function Statements(suggestion: Suggestion) {
  const { t } = useWords();
  const { variables, readOn } = useReadingOn('detailOrders', PAGE);
  const [{ data, error, fetching }, reload] = useQuery({ query: DetailOrdersDocument, variables });
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (location.hash === '#statements') place.current?.scrollIntoView();
  }, []);
  const orders = data?.me?.detailOrders;
  return (
    <div ref={place} className={styles['place']}>
      <Section title={t.statements.title}>
        <p className={styles['lead']}>{t.statements.lead}</p>
        <StatementForm {...suggestion} />
        <h3>{t.statements.ordered}</h3>
        {orders ? (
          orders.edges.length ? (
            <ul className={cards['list']}>
              {orders.edges.map(({ node }) => (
                <StatementRow key={node.id} order={node} />
              ))}
            </ul>
          ) : (
            <p className={styles['lead']}>{t.statements.none}</p>
          )
        ) : error ? (
          <Failure retry={reload} />
        ) : (
          <Skeleton rows={2} />
        )}
        {orders && <More pageInfo={orders.pageInfo} busy={fetching} readOn={readOn} />}
      </Section>
    </div>
  );
}
