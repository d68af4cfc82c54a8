import { useCallback, useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import {
  ChangeTariffDocument,
  QuoteTariffChangeDocument,
  type QuoteTariffChangeMutation,
} from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { useConnectionLost } from '../connection.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { useShown } from '../parts/shown.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { useTimeLeft } from '../parts/time.ts';
import { announce } from '../parts/toasts.tsx';
import { useWish } from '../parts/wish.ts';
import { useWords } from '../texts/words.ts';
import styles from './quote-dialog.module.css';

type Result = QuoteTariffChangeMutation['quoteTariffChange'];
type Quote = Extract<Result, { __typename: 'TariffQuote' }>;
interface Refusal {
  message: string;
  supportPhone?: string;
}

interface Props {
  tariffCode: string;
  onClose: () => void;
}

/** The price of a change and what it ends, held for a while; then the change itself. */
export function QuoteDialog({ tariffCode, onClose }: Props) {
  const { t } = useWords();
  const connectionLost = useConnectionLost();
  const [, askQuote] = useMutation(QuoteTariffChangeDocument);
  const [, change] = useMutation(ChangeTariffDocument);
  const [quote, setQuote] = useState<Quote>();
  const [lapsed, setLapsed] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const wish = useWish('tariff');
  const changing = wish.underWay !== undefined;
  const shown = useShown();
  const place = useRef<HTMLDivElement>(null);

  const ask = useCallback(
    () =>
      askQuote({ input: { tariffCode } }).then(({ data }) => {
        const result = data?.quoteTariffChange;
        if (result?.__typename === 'TariffQuote') setQuote(result);
        else setRefusal(result ?? { message: t.noAnswer });
      }),
    [askQuote, tariffCode, t],
  );
  useEffect(() => void ask(), [ask]);
  const askAgain = () => {
    setQuote(undefined);
    setLapsed(false);
    setRefusal(undefined);
    void ask();
  };
  const timeLeft = useTimeLeft(quote?.expiresAt);
  // The server has the last word on it
  const left = lapsed ? 0 : timeLeft;
  // What was taken in time may yet be accepted
  const expired = quote !== undefined && left === 0 && !changing;

  const accept = async ({ id }: Quote) => {
    setRefusal(undefined);
    const idempotencyKey = wish.keyFor(id);
    const result = (await change({ input: { quoteId: id, idempotencyKey } })).data?.changeTariff;
    if (!wish.cameBack(idempotencyKey, result !== undefined)) return;
    if (result?.__typename === 'TariffChangeAccepted') {
      if (shown.current) onClose();
      return;
    }
    const refused: Refusal = result ?? { message: t.notDone };
    if (!shown.current) return announce(refused.message, 'bad');
    if (result?.__typename === 'QuoteExpired') return setLapsed(true);
    setRefusal(refused);
  };

  return (
    <Dialog
      title={quote ? t.tariff.quote.title(quote.tariff.name) : t.tariff.quote.loading}
      onClose={onClose}
      actions={
        <>
          {/* What is on its way is not taken back by closing the question */}
          <Button onClick={onClose}>{changing ? t.close : t.cancel}</Button>
          {quote && !expired ? (
            <Button look="primary" heir={place} busy={changing} onClick={() => void accept(quote)}>
              {changing && connectionLost ? t.connection.waiting : t.tariff.quote.accept}
            </Button>
          ) : (
            (expired || refusal) && (
              <Button look="primary" heir={place} onClick={askAgain}>
                {t.tariff.quote.again}
              </Button>
            )
          )}
        </>
      }
    >
      <div ref={place} tabIndex={-1} aria-live="polite" className={styles['terms']}>
        {quote ? <Terms quote={quote} left={left} expired={expired} /> : !refusal && <Skeleton rows={3} />}
        {refusal && (
          <Notice
            tone="bad"
            live
            action={
              refusal.supportPhone && <a href={`tel:${refusal.supportPhone}`}>{t.services.callSupport}</a>
            }
          >
            {refusal.message}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

interface TermsProps {
  quote: Quote;
  left: number;
  expired: boolean;
}

function Terms({ quote, left, expired }: TermsProps) {
  const { t, f } = useWords();
  const { available } = useLine();
  const { tariff, switchFee, endsServices, advice } = quote;
  const facts: [string, string][] = [
    [t.tariff.quote.fee, Number(switchFee.amount) > 0 ? f.money(switchFee) : t.tariff.quote.free],
    [t.tariff.quote.monthly, f.money(tariff.monthlyFee)],
    [t.services.confirm.available, f.money(available)],
  ];
  return (
    <>
      <Facts facts={facts} />
      {advice && (
        <p>
          {advice.paybackMonths == null
            ? t.tariff.noPayback
            : t.tariff.payback(advice.paybackMonths, f.plural)}
          .
        </p>
      )}
      {endsServices.length ? (
        <div className={styles['ends']}>
          <p>{t.tariff.quote.ends}</p>
          <ul>
            {endsServices.map(({ id, name }) => (
              <li key={id}>
                <Icon name="close" size={16} />
                {name}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p>{t.tariff.quote.endsNothing}</p>
      )}
      {(left > 0 || expired) && (
        <p className={`digits ${styles['left']}`} role={expired ? 'alert' : 'timer'}>
          <Icon name="clock" size={18} />
          {expired ? t.tariff.quote.expired : t.tariff.quote.holds(f.left(left))}
        </p>
      )}
    </>
  );
}
