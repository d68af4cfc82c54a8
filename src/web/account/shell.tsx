import { useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { AccountDocument } from '../../generated/operations.ts';
import { seenAs } from '../graphql/session.ts';
import { Failure } from '../parts/failure.tsx';
import { useReturn } from '../parts/returning.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { refreshStandings } from '../services/standings.ts';
import { Hero } from './hero.tsx';
import { LineContext } from './line.ts';
import { Live } from './live.tsx';
import { Pages } from './pages.tsx';
import styles from './shell.module.css';
import { Tabs } from './tabs.tsx';

/** The account under its top bar: whose line it is, tabs below. */
export function Shell() {
  const client = useClient();
  const [{ data, error }, reload] = useQuery({ query: AccountDocument });
  // A re-read that fails takes nothing away of what was shown, forms and all
  const [shown, setShown] = useState(data?.me);
  if (data && shown !== data.me) setShown(data.me);
  const line = data ? data.me : shown;
  const failure = error && <Failure retry={() => reload({ requestPolicy: 'network-only' })} />;
  useEffect(() => {
    if (data) seenAs(data.me ? 'subscriber' : 'guest');
  }, [data]);
  // The balance of now, and what it is enough for
  useReturn(() => {
    reload({ requestPolicy: 'network-only' });
    void refreshStandings(client);
  });
  return (
    <>
      {line ? (
        <LineContext value={line}>
          <Live after={line.streamCursor} />
          <Hero />
          <Tabs />
          <main id="content" className={styles['main']}>
            {failure}
            <Pages />
          </main>
        </LineContext>
      ) : (
        <main id="content" className={styles['main']}>
          {failure ?? <Skeleton />}
        </main>
      )}
    </>
  );
}
