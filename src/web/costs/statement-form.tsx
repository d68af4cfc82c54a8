import { type FormEvent, type RefObject, useRef, useState } from 'react';
import { useMutation } from 'urql';
import {
  type DetailDelivery,
  type DetailFormat,
  OrderDetailDocument,
  type OrderDetailMutation,
} from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { useConnectionLost } from '../connection.ts';
import { Button } from '../parts/button.tsx';
import { Choices } from '../parts/choices.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useShown } from '../parts/shown.ts';
import { announce } from '../parts/toasts.tsx';
import { useWish } from '../parts/wish.ts';
import { useWords } from '../texts/words.ts';
import { addDays, type Choice, daysIn, isDay, type Period, today } from './days.ts';
import styles from './statements.module.css';
import { wishFor } from './wanted.ts';

const FORMATS: readonly DetailFormat[] = ['PDF', 'XLSX', 'CSV', 'HTML', 'XML'];
const DELIVERIES: readonly DetailDelivery[] = ['DOWNLOAD', 'EMAIL'];
/** What the operator usually allows; the server says so where it is less. */
const LONGEST = 31;
/** An address as the API takes it: to browsers, one without a dot is one. */
const ADDRESS = String.raw`(?:[\w'+\-]+\.)*[\w'+\-]*[\w+\-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}`;

type Result = OrderDetailMutation['orderDetail'];
type Accepted = Extract<Result, { __typename: 'DetailOrderAccepted' }>;
type Refusal = Exclude<Result, Accepted>;

interface Faults {
  period?: string | undefined;
  email?: string | undefined;
  form?: string | undefined;
}

/** The period that is looked at: the form's, until others are typed. */
export interface Suggestion {
  choice: Choice;
  /** What it comes to today. */
  suggested: Period;
}

/** The end of a period that is too long. */
const shortened = ({ from, to }: Period): Period =>
  daysIn({ from, to }) > LONGEST ? { from: addDays(to, 1 - LONGEST), to } : { from, to };

export function StatementForm({ choice, suggested }: Suggestion) {
  const { t, f } = useWords();
  const latest = today(useLine().timeZone);
  const connectionLost = useConnectionLost();
  const wish = useWish('statement');
  const sending = wish.underWay !== undefined;
  const shown = useShown();
  const [followed, setFollowed] = useState(choice);
  const [typed, setTyped] = useState<Period>();
  const period = typed ?? shortened(suggested);
  const [format, setFormat] = useState<DetailFormat>('PDF');
  const [delivery, setDelivery] = useState<DetailDelivery>('DOWNLOAD');
  const [email, setEmail] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const [orderedLast, setOrderedLast] = useState<string>();
  const [, order] = useMutation(OrderDetailDocument);
  const emailInput = useRef<HTMLInputElement>(null);
  const action = useRef<HTMLDivElement>(null);
  if (followed !== choice) {
    setFollowed(choice);
    setTyped(undefined);
    setFaults({ ...faults, period: undefined });
  }
  const byMail = delivery === 'EMAIL';
  const wanted = { ...period, format, delivery, ...(byMail ? { email: email.trim() } : {}) };
  const wantedText = wishFor(wanted);
  const ordered = orderedLast === wantedText;

  const tell = ({ order: { from, to, fee } }: Accepted) => {
    const accepted = t.statements.accepted(t.statements.period(f.shortDay(from), f.shortDay(to)));
    announce(Number(fee.amount) > 0 ? `${accepted} ${t.statements.fee(f.money(fee))}.` : accepted);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending || ordered) return;
    const missing: Faults = {
      period: isDay(period.from) && isDay(period.to) ? undefined : t.statements.periodNeeded,
      email: byMail && !emailInput.current?.checkValidity() ? t.statements.addressNeeded : undefined,
    };
    setFaults(missing);
    if (missing.email) emailInput.current?.focus();
    if (missing.period ?? missing.email) return;
    const idempotencyKey = wish.keyFor(wantedText);
    const result = (await order({ input: { ...wanted, idempotencyKey } })).data?.orderDetail;
    if (!wish.cameBack(idempotencyKey, result !== undefined)) return;
    if (result?.__typename !== 'DetailOrderAccepted') {
      if (!shown.current) return announce(result?.message ?? t.notDone, 'bad');
      return setFaults(result ? faultsOf(result) : { form: t.notDone });
    }
    setOrderedLast(wantedText);
    tell(result);
  };

  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
      <div className={styles['dates']}>
        <Field
          type="date"
          label={t.costs.from}
          max={latest}
          value={period.from}
          error={faults.period}
          onChange={({ target }) => setTyped({ ...period, from: target.value })}
        />
        <Field
          type="date"
          label={t.costs.to}
          max={latest}
          value={period.to}
          onChange={({ target }) => setTyped({ ...period, to: target.value })}
        />
      </div>
      <div className={styles['group']}>
        <p aria-hidden="true">{t.statements.format}</p>
        <Choices<DetailFormat>
          look="chips"
          label={t.statements.format}
          options={FORMATS.map((value) => ({ value, text: value, note: t.statements.formats[value] }))}
          value={format}
          onChange={setFormat}
        />
      </div>
      <div className={styles['group']}>
        <p aria-hidden="true">{t.statements.delivery}</p>
        <Choices<DetailDelivery>
          look="chips"
          label={t.statements.delivery}
          options={DELIVERIES.map((value) => ({
            value,
            text: value === 'EMAIL' ? t.statements.email : t.statements.download,
          }))}
          value={delivery}
          onChange={setDelivery}
        />
      </div>
      {byMail && (
        <Field
          ref={emailInput}
          type="email"
          required
          pattern={ADDRESS}
          maxLength={254}
          autoComplete="email"
          label={t.statements.address}
          value={email}
          error={faults.email}
          onChange={({ target }) => setEmail(target.value)}
        />
      )}
      {faults.form && (
        <Notice tone="bad" live>
          {faults.form}
        </Notice>
      )}
      <div ref={action} tabIndex={-1} className={styles['order']}>
        {ordered ? (
          <Ordered place={action} onAgain={() => setOrderedLast(undefined)} />
        ) : (
          <Button type="submit" look="primary" heir={action} busy={sending}>
            {sending && connectionLost ? t.connection.waiting : t.statements.order}
          </Button>
        )}
      </div>
    </form>
  );
}

/** In the place of the button until something else is wanted: one more press would be one more order, at its price. */
function Ordered({ place, onAgain }: { place: RefObject<HTMLElement | null>; onAgain: () => void }) {
  const { t } = useWords();
  return (
    <Notice
      tone="good"
      action={
        <Button look="quiet" heir={place} onClick={onAgain}>
          {t.statements.again}
        </Button>
      }
    >
      {t.statements.ordersOnce}
    </Notice>
  );
}

/** Beside which field an answer belongs. */
function faultsOf(refusal: Refusal): Faults {
  if (refusal.__typename === 'InvalidPeriod') return { period: refusal.message };
  if (refusal.__typename === 'InvalidDelivery') return { email: refusal.message };
  return { form: refusal.message };
}
