import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon, type IconName } from '../parts/icon.tsx';
import { useWords } from '../texts/words.ts';
import styles from './tabs.module.css';

const TABS = [
  { key: 'assistant', path: '/' },
  { key: 'services', path: '/services' },
  { key: 'costs', path: '/costs' },
  { key: 'tariff', path: '/tariff' },
  { key: 'password', path: '/password' },
  { key: 'sessions', path: '/sessions' },
] as const satisfies { key: IconName; path: string }[];

/** The sections of the account; on a phone a strip to be pushed along. */
export function Tabs() {
  const { t } = useWords();
  const [path] = useLocation();
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = strip.current?.querySelector<HTMLElement>(`a[href="${path}"]`);
    if (!strip.current || !here) return;
    // Not scrollIntoView: the next press of Tab would go on from there
    strip.current.scrollLeft = here.offsetLeft - (strip.current.clientWidth - here.offsetWidth) / 2;
  }, [path]);
  return (
    <nav ref={strip} className={styles['tabs']} aria-label={t.account.sections}>
      <ul>
        {TABS.map((tab) => {
          const current = tab.path === path;
          return (
            <li key={tab.key}>
              <Link href={tab.path} aria-current={current ? 'page' : undefined} className={styles['tab']}>
                <Icon name={tab.key} />
                {t.tabs[tab.key]}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
