import { type ComponentType, lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useSession } from '../graphql/session.ts';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import { Assistant } from '../assistant/assistant.tsx';
import styles from './shell.module.css';

const page = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

const ROUTES = [
  ['/services', page(() => import('../services/services-page.tsx').then((room) => room.ServicesPage))],
  ['/costs', page(() => import('../costs/costs-page.tsx').then((room) => room.CostsPage))],
  ['/tariff', page(() => import('../tariff/tariff-page.tsx').then((room) => room.TariffPage))],
  ['/password', page(() => import('../password/password-page.tsx').then((room) => room.PasswordPage))],
  ['/sessions', page(() => import('../sessions/sessions-page.tsx').then((room) => room.SessionsPage))],
] as const;

/** Which page stands at which address. */
export const Pages = () => (
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
