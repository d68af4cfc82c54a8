import { useEffect, useState } from 'react';
import { Provider } from 'urql';
import { openClient } from '../graphql/client.ts';
import { useWords } from '../texts/words.ts';
import { Shell } from './shell.tsx';

/** Everything behind the sign-in, for one session in one language. */
export function Account() {
  const { language } = useWords();
  const [open] = useState(() => openClient(language));
  useEffect(() => open.close, [open]);
  return (
    <Provider value={open.client}>
      <Shell />
    </Provider>
  );
}
