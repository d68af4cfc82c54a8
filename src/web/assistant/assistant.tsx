import { Link } from 'wouter';
import type { MenuKey } from '../../generated/operations.ts';
import { useLine } from '../account/line.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { useWords } from '../texts/words.ts';
import styles from './assistant.module.css';

const ITEMS: Record<MenuKey, { path: string; icon: IconName }> = {
  SERVICES: { path: '/services', icon: 'services' },
  TARIFF: { path: '/tariff', icon: 'tariff' },
  COST_CONTROL: { path: '/costs', icon: 'costs' },
  DETAIL_ORDERS: { path: '/costs#statements', icon: 'statement' },
  PASSWORD: { path: '/password', icon: 'password' },
  SESSIONS: { path: '/sessions', icon: 'sessions' },
};

/** The menu: what the server says can be done, and why not where it cannot. */
export function Assistant() {
  const { t } = useWords();
  const { menu } = useLine();
  return (
    <Page title={t.assistant.title} lead={t.assistant.lead}>
      <ul className={styles['menu']}>
        {menu.map(({ key, title, enabled, reason }) => {
          const { path, icon } = ITEMS[key];
          const content = (
            <>
              <span className={styles['icon']}>
                <Icon name={icon} size={24} />
              </span>
              <span className={styles['text']}>
                <strong>{title}</strong>
                <small>{enabled ? t.assistant.about[key] : (reason ?? t.assistant.unavailable)}</small>
              </span>
            </>
          );
          return (
            <li key={key}>
              {enabled ? (
                <Link href={path} className={styles['item']}>
                  {content}
                  <Icon name="next" />
                </Link>
              ) : (
                <div className={`${styles['item']} ${styles['greyed']}`}>{content}</div>
              )}
            </li>
          );
        })}
      </ul>
    </Page>
  );
}
