import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useSession } from '../graphql/session.ts';
import { loadPart, loadWhenIdle } from '../load.ts';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { Assistant } from '../assistant/assistant.tsx';
import styles from './shell.module.css';

/** Each page by its address; what it needs is fetched when it is first wanted, or when there is nothing else to do. */
const LOADS: Record<string, () => Promise<ComponentType>> = {
  '/services': () => import('../services/services-page.tsx').then((room) => room.ServicesPage),
  '/costs': () => import('../costs/costs-page.tsx').then((room) => room.CostsPage),
  '/tariff': () => import('../tariff/tariff-page.tsx').then((room) => room.TariffPage),
  '/password': () => import('../password/password-page.tsx').then((room) => room.PasswordPage),
  '/sessions': () => import('../sessions/sessions-page.tsx').then((room) => room.SessionsPage),
};
const ROUTES = Object.entries(LOADS).map(
  ([path, load]) => [path, lazy(async () => ({ default: await loadPart(path, load) }))] as const,
);

export function Pages() {
  useEffect(() => loadWhenIdle(Object.values(LOADS)), []);
  return (
    <>
      <OwnPasswordAdvice />
      <Suspense fallback={<Skeleton />}>
        <Switch>
          <Route path="/" component={Assistant} />
          {ROUTES.map(([path, component]) => (
            <Route key={path} path={path} component={component} />
          ))}
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </>
  );
}

/** A password that came by SMS stands in the phone for all to see. */
function OwnPasswordAdvice() {
  const { t } = useWords();
  const [path] = useLocation();
  if (!useSession()?.passwordChangeAdvised || path === '/password') return null;
  return (
    <div className={styles['advice']}>
      <Notice tone="warn" action={<Link href="/password">{t.account.ownPasswordAction}</Link>}>
        {t.account.ownPassword}
      </Notice>
    </div>
  );
}

function NotFound() {
  const { t } = useWords();
  return (
    <Page title={t.notFound.title} lead={t.notFound.text}>
      <p>
        <Link href="/">{t.notFound.back}</Link>
      </p>
    </Page>
  );
}
