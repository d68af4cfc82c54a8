import { lazy, Suspense, useEffect, useState } from 'react';
import styles from './app.module.css';
import { ConnectionBanner } from './parts/connection-banner.tsx';
import { Mishap } from './parts/mishap.tsx';
import { Skeleton } from './parts/skeleton.tsx';
import { Toasts } from './parts/toasts.tsx';
import { hasSession, useSession } from './graphql/session.ts';
import { loadPart } from './load.ts';
import { usePreferences } from './preferences.ts';
import { loadWords, type Words, WordsContext } from './texts/words.ts';

const loadSignIn = () => loadPart('sign-in', () => import('./sign-in/sign-in.tsx'));
const loadConsent = () => loadPart('consent', () => import('./consent/consent.tsx'));
const loadAccount = () => loadPart('account', () => import('./account/account.tsx'));

const SignIn = lazy(async () => ({ default: (await loadSignIn()).SignIn }));
const Consent = lazy(async () => ({ default: (await loadConsent()).Consent }));
const Account = lazy(async () => ({ default: (await loadAccount()).Account }));
const Handset = lazy(async () => ({ default: (await import('./handset/handset.tsx')).Handset }));

/** A partner app has sent the browser here, and waits for it to come back. */
const asksForConsent = location.pathname.startsWith('/oauth/consent/');

/** The server says so in the page that it sends. */
const hasDevTools = document.querySelector<HTMLMetaElement>('meta[name=dev-tools]')?.content === 'on';

/** Fetches the page that will be shown first. */
export function loadPage(): Promise<unknown> {
  if (!hasSession()) return loadSignIn();
  return asksForConsent ? loadConsent() : loadAccount();
}

export function App({ first }: { first: Words }) {
  const { language } = usePreferences();
  const [words, setWords] = useState(first);
  const session = useSession();
  useEffect(() => {
    if (language !== words.language) void loadWords(language).then(setWords);
  }, [language, words]);
  return (
    <WordsContext value={words}>
      <a href="#content" className={styles['skip']}>
        {words.t.skip}
      </a>
      <ConnectionBanner />
      <div className={styles['app']}>
        <div className={styles['page']}>
          <Mishap>
            <Suspense fallback={<Skeleton />}>
              {!session && <SignIn />}
              {session && asksForConsent && <Consent />}
              {session && !asksForConsent && <Account key={session.subscriberId} />}
            </Suspense>
          </Mishap>
        </div>
        {hasDevTools && (
          <Suspense fallback={null}>
            <Handset />
          </Suspense>
        )}
      </div>
      <Toasts />
    </WordsContext>
  );
}
