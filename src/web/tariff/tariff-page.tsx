import { useState } from 'react';
import { useQuery } from 'urql';
import { TariffAdviceDocument, TariffChangesDocument } from '../../generated/operations.ts';
import { Failure } from '../parts/failure.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { AdviceCard } from './advice-card.tsx';
import { AllTariffs } from './all-tariffs.tsx';
import { ChangeHistory, OpenChange } from './changes.tsx';
import { QuoteDialog } from './quote-dialog.tsx';
import styles from './tariff-page.module.css';
import { Terms } from './terms.tsx';

const MONTHS = 3;
const OTHERS = 4;

/** The tariff of now, how others would have done, and the way to one of them. */
export function TariffPage() {
  const { t, f } = useWords();
  const variables = { months: MONTHS, first: OTHERS };
  const [{ data, error }, reload] = useQuery({ query: TariffAdviceDocument, variables });
  const [changes, readChanges] = useQuery({ query: TariffChangesDocument, variables: { first: 5 } });
  const [wanted, setWanted] = useState<string>();
  const me = data?.me;
  const edges = changes.data?.me?.tariffChanges.edges ?? [];
  const open = edges.find(({ node }) => node.state === 'ACKNOWLEDGED' || node.state === 'IN_PROGRESS')?.node;
  return (
    <Page title={t.tariff.title}>
      {changes.error && <Failure retry={() => readChanges({ requestPolicy: 'network-only' })} />}
      {open && <OpenChange change={open} />}
      {!me && (error ? <Failure retry={() => reload({ requestPolicy: 'network-only' })} /> : <Skeleton />)}
      {me && (
        <>
          <section className={styles['now']} aria-label={t.tariff.now}>
            <p className={styles['label']}>{t.tariff.now}</p>
            <h2>{me.tariff.name}</h2>
            <p className={styles['description']}>{me.tariff.description}</p>
            {me.tariff.archived && <Notice tone="warn">{t.tariff.archived}</Notice>}
            <p className={`digits ${styles['fee']}`}>{t.account.perMonth(f.price(me.tariff.monthlyFee))}</p>
            <Terms tariff={me.tariff} />
          </section>
          <Section title={t.tariff.advice}>
            {me.tariffAdvice[0] ? (
              <>
                <p className={styles['description']}>
                  {t.tariff.adviceLead(me.tariffAdvice[0].monthsReplayed, f.plural)}
                </p>
                <ul className={styles['advice']}>
                  {me.tariffAdvice.map((advice, rank) => (
                    <AdviceCard
                      key={advice.tariff.id}
                      advice={advice}
                      best={rank === 0}
                      onChoose={() => setWanted(advice.tariff.code)}
                    />
                  ))}
                </ul>
              </>
            ) : (
              <p className={styles['description']}>{t.tariff.noAdvice}</p>
            )}
          </Section>
          <AllTariffs current={me.tariff.code} onChoose={setWanted} />
        </>
      )}
      <ChangeHistory changes={edges.map(({ node }) => node)} />
      {wanted && <QuoteDialog key={wanted} tariffCode={wanted} onClose={() => setWanted(undefined)} />}
    </Page>
  );
}
