import { useEffect } from 'react';
import { useQuery } from 'urql';
import { AccountDocument } from '../../generated/operations.ts';
import { sessionEnded } from '../graphql/session.ts';
import { Failure } from '../parts/failure.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { Hero } from './hero.tsx';
import { LineContext } from './line.ts';
import { Live } from './live.tsx';
import { Pages } from './pages.tsx';
import styles from './shell.module.css';
import { Tabs } from './tabs.tsx';
import { TopBar } from './top-bar.tsx';

/** The account: whose line it is on top, tabs below. */
export function Shell() {
  const [{ data, error }, reload] = useQuery({ query: AccountDocument });
  const line = data?.me;
  useEffect(() => {
    // The browser has lost the cookies, and we took the session for open
    if (data && !data.me) sessionEnded('over');
  }, [data]);
  return (
    <div className={styles['shell']}>
      <TopBar />
      {line ? (
        <LineContext value={line}>
          <Live after={line.streamCursor} />
          <Hero />
          <Tabs />
          <main id="content" className={styles['main']}>
            <Pages />
          </main>
        </LineContext>
      ) : (
        <main id="content" className={styles['main']}>
          {error ? <Failure retry={() => reload({ requestPolicy: 'network-only' })} /> : <Skeleton />}
        </main>
      )}
    </div>
  );
}
