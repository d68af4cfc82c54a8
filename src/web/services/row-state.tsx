import { type ReactNode, type RefObject, useRef } from 'react';
import { useLine } from '../account/line.ts';
import { Button } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { useTimeLeft } from '../parts/time.ts';
import { useWords } from '../texts/words.ts';
import { useLastFailure } from './outcomes.ts';
import styles from './row-state.module.css';
import type { Ordering } from './use-ordering.ts';
import type { LineService } from './use-services.ts';

interface Reason {
  message: string;
  supportPhone?: string;
}

interface Props {
  service: LineService;
  ordering: Ordering;
  /** Why it cannot be switched. */
  blocked: Reason | undefined;
  /** What to say while the order is on its way to the server. */
  waiting: string;
}

/** Beneath a service: how its order goes, why there can be none, or what came of the last one. */
export function RowState({ service, ordering, blocked, waiting }: Props) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const failure = useLastFailure(service.id);
  const { sending, refusal } = ordering;
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} tabIndex={-1} aria-live="polite">
      {sending ? (
        <State icon="clock">{waiting}</State>
      ) : service.openOrder ? (
        <Progress status={service.status} openOrder={service.openOrder} ordering={ordering} place={place} />
      ) : (
        blocked && !refusal && <Blocked reason={blocked} />
      )}
      {refusal === 'not done' && (
        <State icon="alert" tone="bad">
          {t.notDone}
        </State>
      )}
      {refusal && refusal !== 'not done' && <Blocked reason={refusal} tone="bad" />}
      {failure && !service.openOrder && !sending && (
        <State icon="alert" tone="bad">
          {failure}
        </State>
      )}
      {service.status === 'ACTIVE' && service.activeSince && !sending && !refusal && (
        <State icon="check" tone="good">
          {t.services.since(f.date(service.activeSince, timeZone))}
        </State>
      )}
    </div>
  );
}

interface ProgressProps {
  status: LineService['status'];
  openOrder: NonNullable<LineService['openOrder']>;
  ordering: Ordering;
  place: RefObject<HTMLDivElement | null>;
}

function Progress({ status, openOrder, ordering, place }: ProgressProps) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const { state, late, cancellable, estimatedCompletionAt } = openOrder;
  const expected = useTimeLeft(estimatedCompletionAt ?? undefined) > 0 && !late && estimatedCompletionAt;
  const moving = status === 'DEACTIVATING' ? t.services.status.DEACTIVATING : t.services.status.ACTIVATING;
  return (
    <div className={styles['progress']}>
      <State icon="clock">
        {late ? t.services.late : state === 'ACKNOWLEDGED' ? t.services.queued : moving}
        {expected ? ` · ${t.services.expected(f.time(expected, timeZone))}` : ''}
      </State>
      {cancellable && (
        <Button
          look="quiet"
          heir={place}
          busy={ordering.cancelling}
          onClick={() => void ordering.cancel(openOrder.id)}
        >
          {t.services.cancelOrder}
        </Button>
      )}
    </div>
  );
}

function Blocked({ reason, tone }: { reason: Reason; tone?: 'bad' }) {
  const { t } = useWords();
  return (
    <div className={styles['progress']}>
      <State icon={tone ? 'alert' : 'info'} {...(tone ? { tone } : {})}>
        {reason.message}
      </State>
      {reason.supportPhone && (
        <a className={styles['call']} href={`tel:${reason.supportPhone}`}>
          <Icon name="call" size={16} />
          {t.services.callSupport}
        </a>
      )}
    </div>
  );
}

function State({ icon, tone, children }: { icon: IconName; tone?: 'good' | 'bad'; children: ReactNode }) {
  return (
    <p className={`${styles['state']} ${tone ? styles[tone] : ''}`}>
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </p>
  );
}
