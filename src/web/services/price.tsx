import { useWords } from '../texts/words.ts';
import styles from './price.module.css';
import type { LineService } from './use-services.ts';

/** What having the service costs, and what adding it does. */
export function Price({
  service: { service, recurringFee, connectionFee, status },
}: {
  service: LineService;
}) {
  const { t, f } = useWords();
  const free = Number(recurringFee.amount) === 0;
  const per = service.recurrence === 'DAILY' ? t.services.perDay : t.services.perMonth;
  const connection = status === 'NOT_CONNECTED' && Number(connectionFee.amount) > 0;
  return (
    <p className={`digits ${styles['price']}`}>
      {free ? t.services.free : <strong>{per(f.price(recurringFee))}</strong>}
      {connection && <span>{t.services.connection(f.price(connectionFee))}</span>}
    </p>
  );
}
