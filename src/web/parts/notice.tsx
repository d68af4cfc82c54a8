import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './notice.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';
const ICONS: Record<Tone, IconName> = { good: 'check', warn: 'alert', bad: 'alert', plain: 'info' };

interface Props {
  tone?: Tone;
  /** Said aloud as it appears: at once where something is refused, else when there is a pause. */
  live?: boolean;
  action?: ReactNode;
  children: ReactNode;
}

export function Notice({ tone = 'plain', live = false, action, children }: Props) {
  const role = tone === 'bad' ? 'alert' : 'status';
  return (
    <div className={`${styles['notice']} ${styles[tone]}`} role={live ? role : undefined}>
      <Icon name={ICONS[tone]} />
      <div className={styles['text']}>{children}</div>
      {action && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
