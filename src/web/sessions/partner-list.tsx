import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useMutation, useQuery } from 'urql';
import {
  PartnerGrantsDocument,
  type PartnerGrantsQuery,
  RevokeDocument,
} from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { samePerson } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import cards from '../parts/cards.module.css';
import { Dialog } from '../parts/dialog.tsx';
import { Failure } from '../parts/failure.tsx';
import { FieldError } from '../parts/field.tsx';
import { Fold } from '../parts/fold.tsx';
import { Icon } from '../parts/icon.tsx';
import { useShown } from '../parts/shown.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { announce } from '../parts/toasts.tsx';
import { useWords } from '../texts/words.ts';
import styles from './partner-list.module.css';

type Grant = NonNullable<PartnerGrantsQuery['me']>['partnerGrants'][number];

/** The latest uses are enough to see whether an app does what it was let in for. */
const USES = 20;

/** The apps of others that may see or do something on this line, what that is, and what they did. */
export function PartnerList() {
  const { t } = useWords();
  const [{ data, error }, reload] = useQuery({
    query: PartnerGrantsDocument,
    variables: { first: USES },
    requestPolicy: 'cache-and-network',
  });
  const place = useRef<HTMLDivElement>(null);
  const grants = data?.me?.partnerGrants;
  if (!grants) return error ? <Failure retry={reload} /> : <Skeleton rows={1} />;
  return (
    <div ref={place} tabIndex={-1}>
      {grants.length ? (
        <ul className={cards['list']}>
          {grants.map((grant) => (
            <Row key={grant.id} grant={grant} onEnded={() => place.current?.focus()} />
          ))}
        </ul>
      ) : (
        <p className={cards['detail']}>{t.partners.none}</p>
      )}
    </div>
  );
}

function Row({ grant, onEnded }: { grant: Grant; onEnded: () => void }) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const [asking, setAsking] = useState(false);
  const { partnerName, scopes, createdAt, lastUsedAt } = grant;
  const used = lastUsedAt ? t.partners.used(f.moment(lastUsedAt, timeZone)) : t.partners.neverUsed;
  return (
    <li className={cards['card']}>
      <div className={cards['head']}>
        <div>
          <h3>{partnerName}</h3>
          <p className={cards['detail']}>
            {t.partners.since(f.moment(createdAt, timeZone))} · {used}
          </p>
        </div>
        <Button look="danger" aria-label={t.partners.endLabel(partnerName)} onClick={() => setAsking(true)}>
          {t.partners.end}
        </Button>
      </div>
      <ul className={styles['scopes']}>
        {scopes.map((scope) => (
          <li key={scope}>
            <Icon name="check" size={16} />
            {t.partners.scopes[scope as keyof typeof t.partners.scopes] ?? scope}
          </li>
        ))}
      </ul>
      {grant.uses.edges.length > 0 && (
        <Fold title={t.partners.uses}>
          <ul className={styles['uses']}>
            {grant.uses.edges.map(({ node }) => (
              <li key={`${node.at} ${node.operationName}`}>
                <span>{f.moment(node.at, timeZone)}</span>
                <code>{node.operationName}</code>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {asking && <Revoke grant={grant} onClose={() => setAsking(false)} onEnded={onEnded} />}
    </li>
  );
}

interface RevokeProps {
  grant: Grant;
  onClose: () => void;
  onEnded: () => void;
}

function Revoke({ grant: { id, partnerName }, onClose, onEnded }: RevokeProps) {
  const { t } = useWords();
  const [{ fetching }, revoke] = useMutation(RevokeDocument);
  const [error, setError] = useState<string>();
  const shown = useShown();
  const end = async () => {
    const isTheirs = samePerson();
    setError(undefined);
    const result = (await revoke({ id })).data?.revoke;
    if (!isTheirs()) return;
    if (!result) return shown.current ? setError(t.notDone) : announce(t.notDone, 'bad');
    // One that has ended meanwhile is as gone
    announce(t.partners.ended(partnerName));
    // Who has gone on has the focus elsewhere
    if (!shown.current) return;
    // The dialog gives the focus back to a button that is about to go
    flushSync(onClose);
    onEnded();
  };
  return (
    <Dialog
      title={t.partners.endAsk(partnerName)}
      onClose={onClose}
      actions={
        <>
          {/* What is on its way is not taken back by closing the question */}
          <Button onClick={onClose}>{fetching ? t.close : t.cancel}</Button>
          <Button look="danger" busy={fetching} onClick={() => void end()}>
            {t.partners.end}
          </Button>
        </>
      }
    >
      <p>{t.partners.endNote}</p>
      <FieldError error={error} />
    </Dialog>
  );
}
