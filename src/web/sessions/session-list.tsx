import { useRef } from 'react';
import { useMutation, useQuery } from 'urql';
import { RevokeDocument, SessionsDocument, type SessionsQuery } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { samePerson } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Failure } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { announce } from '../parts/toasts.tsx';
import { useWords } from '../texts/words.ts';
import styles from './session-list.module.css';

type Session = NonNullable<SessionsQuery['me']>['sessions'][number];

/** Where the subscriber is signed in, as it is now rather than as it was when last looked at. */
export function SessionList() {
  const [{ data, error }, reload] = useQuery({ query: SessionsDocument, requestPolicy: 'cache-and-network' });
  const list = useRef<HTMLUListElement>(null);
  const sessions = data?.me?.sessions;
  if (!sessions) return error ? <Failure retry={reload} /> : <Skeleton rows={3} />;
  return (
    <ul ref={list} tabIndex={-1} className={styles['list']}>
      {sessions.map((session) => (
        <Row key={session.id} session={session} onEnded={() => list.current?.focus()} />
      ))}
    </ul>
  );
}

function Row({ session, onEnded }: { session: Session; onEnded: () => void }) {
  const { t, f } = useWords();
  const { timeZone } = useLine();
  const [{ fetching }, revoke] = useMutation(RevokeDocument);
  const client = session.client ?? t.sessions.unknown;
  const end = async () => {
    const isTheirs = samePerson();
    const result = (await revoke({ id: session.id })).data?.revoke;
    if (!isTheirs()) return;
    // One that has ended meanwhile is as gone
    if (!result) return announce(t.notDone, 'bad');
    announce(t.sessions.ended(client));
    onEnded();
  };
  return (
    <li className={styles['row']}>
      <Icon name={/Android|iOS/.test(client) ? 'phone' : 'sessions'} size={26} />
      <div>
        <p>
          <strong>{client}</strong>
          {session.current && <span className={styles['current']}>{t.sessions.current}</span>}
        </p>
        <p className={styles['detail']}>{t.sessions.signedIn(f.moment(session.createdAt, timeZone))}</p>
        <p className={styles['detail']}>{t.sessions.seen(f.moment(session.lastSeenAt, timeZone))}</p>
      </div>
      {!session.current && (
        <Button
          look="danger"
          busy={fetching}
          aria-label={t.sessions.endLabel(client)}
          onClick={() => void end()}
        >
          {t.sessions.end}
        </Button>
      )}
    </li>
  );
}
