import { type FormEvent, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Choices } from '../parts/choices.tsx';
import { Field } from '../parts/field.tsx';
import { useWords, type Words } from '../texts/words.ts';
import { type Choice, daysIn, isDay, type Period } from './days.ts';
import styles from './period-choice.module.css';

const KINDS = ['thisMonth', 'lastMonth', 'last30', 'own'] as const;
type Kind = (typeof KINDS)[number];
/** What the server adds up, and how far back. */
const LONGEST = 366;
const EARLIEST = '1900-01-01';

interface Props {
  choice: Choice;
  /** What it comes to today. */
  period: Period;
  latest: string;
  onChange: (choice: Choice) => void;
}

/** Usual periods, and one's own. */
export function PeriodChoice({ choice, ...own }: Props) {
  const { t } = useWords();
  const kind = typeof choice === 'string' ? choice : 'own';
  return (
    <div className={styles['choice']}>
      <Choices<Kind>
        look="chips"
        label={t.costs.period}
        options={KINDS.map((value) => ({ value, text: t.costs[value] }))}
        value={kind}
        onChange={(chosen) => own.onChange(chosen === 'own' ? own.period : chosen)}
      />
      {kind === 'own' && <OwnPeriod {...own} />}
    </div>
  );
}

function OwnPeriod({ period, latest, onChange }: Omit<Props, 'choice'>) {
  const { t } = useWords();
  const [own, setOwn] = useState(period);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = faultOf(own, t);
    setError(fault);
    if (!fault) onChange(own);
  };
  return (
    <form className={styles['own']} onSubmit={submit} noValidate>
      <Field
        type="date"
        label={t.costs.from}
        min={EARLIEST}
        max={latest}
        value={own.from}
        error={error}
        onChange={({ target }) => setOwn({ ...own, from: target.value })}
      />
      <Field
        type="date"
        label={t.costs.to}
        max={latest}
        value={own.to}
        onChange={({ target }) => setOwn({ ...own, to: target.value })}
      />
      <Button type="submit">{t.costs.apply}</Button>
    </form>
  );
}

/** What is wrong with a period. */
function faultOf(period: Period, t: Words['t']): string | undefined {
  if (!isDay(period.from) || !isDay(period.to) || period.from < EARLIEST) return t.statements.periodNeeded;
  const days = daysIn(period);
  if (days < 1) return t.costs.wrongPeriod;
  return days <= LONGEST ? undefined : t.costs.tooLong(LONGEST);
}
