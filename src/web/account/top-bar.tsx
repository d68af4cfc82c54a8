import { useState } from 'react';
import { useLocation } from 'wouter';
import { signOut } from '../graphql/session.ts';
import { Controls } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { Logo } from '../parts/logo.tsx';
import { announce } from '../parts/toasts.tsx';
import { useWords } from '../texts/words.ts';
import styles from './top-bar.module.css';

export function TopBar() {
  const { t } = useWords();
  return (
    <header className={styles['bar']}>
      <Logo />
      <Controls />
      <Exit label={t.account.exit} />
    </header>
  );
}

function Exit({ label }: { label: string }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const leave = () => {
    if (busy) return;
    setBusy(true);
    signOut(false).then(
      () => go('/'),
      () => {
        setBusy(false);
        announce(t.noAnswer, 'bad');
      },
    );
  };
  return (
    <button type="button" className={styles['exit']} aria-busy={busy || undefined} onClick={leave}>
      <Icon name="exit" />
      <span>{label}</span>
    </button>
  );
}
