import { useEffect, useState } from 'react';
import { Provider } from 'urql';
import { openClient } from '../graphql/client.ts';
import { forgetWishes } from '../parts/wish.ts';
import { useWords } from '../texts/words.ts';
import { Shell } from './shell.tsx';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';

/** Everything behind the sign-in, for one session. */
export function Account() {
  const { language } = useWords();
  useEffect(() => forgetWishes, []);
  return (
    <div className={styles['shell']}>
      {/* It stays, with the focus in it, while its choice of another language has the rest read anew */}
      <TopBar />
      <InLanguage key={language} />
    </div>
  );
}

function InLanguage() {
  const { language } = useWords();
  const [open] = useState(() => openClient(language));
  useEffect(() => open.close, [open]);
  return (
    <Provider value={open.client}>
      <Shell />
    </Provider>
  );
}
