import { useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useMutation } from 'urql';
import { type DetailOrdersQuery, RevokeDocument } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { samePerson } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import cards from '../parts/cards.module.css';
import { Dialog } from '../parts/dialog.tsx';
import { FieldError } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useShown } from '../parts/shown.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { announce } from '../parts/toasts.tsx';
import { useWords } from '../texts/words.ts';
import styles from './statements.module.css';

type Statement = NonNullable<DetailOrdersQuery['me']>['detailOrders']['edges'][number]['node'];

/** One statement: being made, ready, mailed, or failed. */
export function StatementRow({ order }: { order: Statement }) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const id = useId();
  const row = useRef<HTMLLIElement>(null);
  const period = t.statements.period(f.shortDay(order.from), f.shortDay(order.to));
  const open = order.state === 'ACKNOWLEDGED' || order.state === 'IN_PROGRESS';
  const details = [
    f.moment(order.createdAt, timeZone),
    order.recordCount != null &&
      t.statements.records(order.recordCount, f.number(order.recordCount), f.plural),
    order.byteSize != null && f.bytes(order.byteSize),
    Number(order.fee.amount) > 0 && t.statements.fee(f.money(order.fee)),
  ];
  return (
    <li ref={row} tabIndex={-1} className={cards['card']}>
      <div className={cards['head']}>
        <div>
          <h4 id={id}>
            {order.format} · {period}
          </h4>
          <p className={cards['detail']}>{details.filter(Boolean).join(' · ')}</p>
        </div>
        <StateTag state={order.state} />
      </div>
      {open && (
        <progress
          className={styles['bar']}
          max={100}
          value={order.progress}
          aria-label={`${t.statements.progress}: ${period}`}
        />
      )}
      {order.failure && <p className={styles['bad']}>{order.failure.message}</p>}
      {order.state === 'COMPLETED' && (
        <Ready order={order} period={period} onRevoked={() => row.current?.focus()} />
      )}
    </li>
  );
}

interface ReadyProps {
  order: Statement;
  period: string;
  onRevoked: () => void;
}

function Ready({ order, period, onRevoked }: ReadyProps) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const [asking, setAsking] = useState(false);
  if (order.email) return <p className={cards['detail']}>{t.statements.sentTo(order.email)}</p>;
  if (!order.downloadUrl) return <p className={cards['detail']}>{t.statements.ended}</p>;
  return (
    <>
      <div className={styles['actions']}>
        <a
          className={styles['download']}
          // From the origin that the person is at, whatever the operator calls it
          href={new URL(order.downloadUrl).pathname}
          download
          aria-label={t.statements.getLabel(order.format, period)}
        >
          <Icon name="download" size={18} />
          {t.statements.get}
        </a>
        {order.expiresAt && (
          <span className={cards['detail']}>{t.statements.until(f.date(order.expiresAt, timeZone))}</span>
        )}
        <Button look="quiet" icon="link" onClick={() => setAsking(true)}>
          {t.statements.revoke}
        </Button>
      </div>
      {order.sha256 && (
        <p className={cards['detail']}>
          {t.statements.checksum}: <code>{order.sha256}</code>
        </p>
      )}
      {asking && <Revoke id={order.id} onClose={() => setAsking(false)} onRevoked={onRevoked} />}
    </>
  );
}

interface RevokeProps {
  id: string;
  onClose: () => void;
  onRevoked: () => void;
}

function Revoke({ id, onClose, onRevoked }: RevokeProps) {
  const { t } = useWords();
  const [{ fetching }, revoke] = useMutation(RevokeDocument);
  const [error, setError] = useState<string>();
  const shown = useShown();
  const end = async () => {
    const isTheirs = samePerson();
    setError(undefined);
    const result = (await revoke({ id })).data?.revoke;
    if (!isTheirs()) return;
    if (result?.__typename !== 'Revoked') {
      const why = result?.message ?? t.notDone;
      return shown.current ? setError(why) : announce(why, 'bad');
    }
    // Who has gone on has the focus elsewhere
    if (!shown.current) return;
    // The dialog gives the focus back to a button that is about to go
    flushSync(onClose);
    onRevoked();
  };
  return (
    <Dialog
      title={t.statements.revokeAsk}
      onClose={onClose}
      actions={
        <>
          {/* What is on its way is not taken back by closing the question */}
          <Button onClick={onClose}>{fetching ? t.close : t.cancel}</Button>
          <Button look="danger" busy={fetching} onClick={() => void end()}>
            {t.statements.revoke}
          </Button>
        </>
      }
    >
      <p>{t.statements.revokeNote}</p>
      <FieldError error={error} />
    </Dialog>
  );
}
