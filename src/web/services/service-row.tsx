import { useId, useState } from 'react';
import type { ServiceOrderKind } from '../../generated/operations.ts';
import { useConnectionLost } from '../connection.ts';
import { Switch } from '../parts/switch.tsx';
import { useWords } from '../texts/words.ts';
import { ConfirmOrder } from './confirm-order.tsx';
import { Price } from './price.tsx';
import { RowState } from './row-state.tsx';
import styles from './service-row.module.css';
import { useOrdering } from './use-ordering.ts';
import type { LineService } from './use-services.ts';

const isZero = ({ amount }: { amount: string }): boolean => Number(amount) === 0;

/** What we may do about the service ourselves; the other channels are other people's. */
const ownAction = ({ actions }: LineService, wanted: ServiceOrderKind) =>
  actions.find(({ kind, channel }) => kind === wanted && channel === 'SELF_CARE');

/** One service: what it is, what it costs, and the switch with what keeps it from being switched. */
export function ServiceRow({ service }: { service: LineService }) {
  const { t } = useWords();
  const id = useId();
  const [asking, setAsking] = useState<ServiceOrderKind>();
  const ordering = useOrdering(service);
  const connectionLost = useConnectionLost();
  const { status, openOrder } = service;
  const { sending } = ordering;
  const on = sending ? sending === 'ACTIVATE' : status === 'ACTIVE' || status === 'ACTIVATING';
  const kind = status === 'ACTIVE' ? 'DEACTIVATE' : 'ACTIVATE';
  const action = ownAction(service, kind);
  const moving = sending !== undefined || Boolean(openOrder);
  const costs = action && (!isZero(action.fee) || (kind === 'ACTIVATE' && !isZero(service.recurringFee)));
  // Ordered elsewhere meanwhile: it does not turn into the opposite question, nor come back later
  if (asking && !(asking === kind && action?.allowed)) setAsking(undefined);
  const order = () => {
    setAsking(undefined);
    void ordering.order(kind);
  };
  return (
    <li className={styles['row']}>
      <div className={styles['about']}>
        <h3>{service.service.name}</h3>
        <p className={styles['description']}>{service.service.description}</p>
        <Price service={service} />
      </div>
      <Switch
        label={service.service.name}
        on={on}
        moving={moving}
        blocked={!action?.allowed}
        describedBy={id}
        onSwitch={costs ? () => setAsking(kind) : order}
      />
      <div id={id} className={styles['state']}>
        <RowState
          service={service}
          ordering={ordering}
          blocked={moving || action?.allowed ? undefined : (action?.refusal ?? undefined)}
          waiting={connectionLost ? t.connection.waiting : t.services.sending}
        />
      </div>
      {asking && action && (
        <ConfirmOrder
          service={service}
          kind={asking}
          fee={action.fee}
          onConfirm={order}
          onClose={() => setAsking(undefined)}
        />
      )}
    </li>
  );
}
