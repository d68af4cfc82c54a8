import { type FormEvent, useState } from 'react';
import { useLine } from '../account/line.ts';
import { Button } from '../parts/button.tsx';
import { Choices } from '../parts/choices.tsx';
import { Field } from '../parts/field.tsx';
import { useWords, type Words } from '../texts/words.ts';
import { addDays, daysIn, lastMonth, type Period, thisMonth, today } from './days.ts';
import styles from './period-choice.module.css';

const KINDS = ['thisMonth', 'lastMonth', 'last30', 'own'] as const;
type Kind = (typeof KINDS)[number];
/** What the server adds up, and how far back. */
const LONGEST = 366;
const EARLIEST = '1900-01-01';

interface Props {
  period: Period;
  onChange: (period: Period) => void;
}

/** Usual periods, and one's own. */
export function PeriodChoice({ period, onChange }: Props) {
  const { t } = useWords();
  const now = today(useLine().timeZone);
  const [kind, setKind] = useState<Kind>('thisMonth');
  const choose = (chosen: Kind) => {
    setKind(chosen);
    if (chosen === 'thisMonth') onChange(thisMonth(now));
    if (chosen === 'lastMonth') onChange(lastMonth(now));
    if (chosen === 'last30') onChange({ from: addDays(now, -29), to: now });
  };
  return (
    <div className={styles['choice']}>
      <Choices<Kind>
        look="chips"
        label={t.costs.period}
        options={KINDS.map((value) => ({ value, text: t.costs[value] }))}
        value={kind}
        onChange={choose}
      />
      {kind === 'own' && <OwnPeriod period={period} latest={now} onChange={onChange} />}
    </div>
  );
}

function OwnPeriod({ period, latest, onChange }: Props & { latest: string }) {
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

/** What is wrong with a period: years of five digits are no days of ours, so that their number is none. */
function faultOf(period: Period, t: Words['t']): string | undefined {
  if (!period.from || !period.to || period.from < EARLIEST) return t.statements.periodNeeded;
  const days = daysIn(period);
  if (days < 1) return t.costs.wrongPeriod;
  return days <= LONGEST ? undefined : t.costs.tooLong(LONGEST);
}
