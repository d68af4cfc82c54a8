import { useCallback, useEffect, useState } from 'react';
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
import { Skeleton } from '../parts/skeleton.tsx';
import { useTimeLeft } from '../parts/time.ts';
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
  const [{ fetching: changing }, change] = useMutation(ChangeTariffDocument);
  const [quote, setQuote] = useState<Quote>();
  const [lapsed, setLapsed] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const wish = useWish();

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
  const expired = quote !== undefined && left === 0;

  const accept = async ({ id }: Quote) => {
    setRefusal(undefined);
    const result = (await change({ input: { quoteId: id, idempotencyKey: wish.keyFor(id) } })).data
      ?.changeTariff;
    wish.cameBack(result !== undefined);
    if (!result) return setRefusal({ message: t.notDone });
    if (result.__typename === 'TariffChangeAccepted') return onClose();
    if (result.__typename === 'QuoteExpired') return setLapsed(true);
    setRefusal(result);
  };

  return (
    <Dialog
      title={quote ? t.tariff.quote.title(quote.tariff.name) : t.tariff.quote.loading}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          {quote && !expired ? (
            <Button look="primary" busy={changing} onClick={() => void accept(quote)}>
              {changing && connectionLost ? t.connection.waiting : t.tariff.quote.accept}
            </Button>
          ) : (
            (expired || refusal) && (
              <Button look="primary" onClick={askAgain}>
                {t.tariff.quote.again}
              </Button>
            )
          )}
        </>
      }
    >
      {quote ? <Terms quote={quote} left={left} /> : !refusal && <Skeleton rows={3} />}
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
    </Dialog>
  );
}

function Terms({ quote, left }: { quote: Quote; left: number }) {
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
      <p className={`digits ${styles['left']}`} role={left ? 'timer' : 'alert'}>
        <Icon name="clock" size={18} />
        {left ? t.tariff.quote.holds(f.left(left)) : t.tariff.quote.expired}
      </p>
    </>
  );
}
