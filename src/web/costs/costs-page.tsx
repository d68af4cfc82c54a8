import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { SpendingDocument } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { Failure } from '../parts/failure.tsx';
import { useLastRead } from '../parts/last-read.ts';
import { Page } from '../parts/page.tsx';
import { useReturn } from '../parts/returning.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { Charges } from './charges.tsx';
import { type Choice, periodOf, today } from './days.ts';
import { PeriodChoice } from './period-choice.tsx';
import { Spending } from './spending.tsx';
import { Statements } from './statements.tsx';

/** What the line spends, and statements of it. */
export function CostsPage() {
  const { t } = useWords();
  const now = today(useLine().timeZone);
  const [choice, setChoice] = useState<Choice>('thisMonth');
  const period = useMemo(() => periodOf(choice, now), [choice, now]);
  const [{ data, error }, reload] = useQuery({
    query: SpendingDocument,
    variables: { ...period },
    // No event tells of usage, or of fees that fall due
    requestPolicy: 'cache-and-network',
  });
  useReturn(reload);
  const spending = useLastRead(data?.me?.spending);
  const isIt = spending?.from === period.from && spending.to === period.to;
  return (
    <Page title={t.costs.title}>
      <PeriodChoice choice={choice} period={period} latest={now} onChange={setChoice} />
      {error && <Failure retry={() => reload({ requestPolicy: 'network-only' })} />}
      {spending && (isIt || !error) ? <Spending spending={spending} /> : !error && <Skeleton rows={4} />}
      <Statements choice={choice} suggested={period} />
      <Charges />
    </Page>
  );
}
