import { useEffect } from 'react';
import { Store, useStore } from '../store.ts';
import { useWords } from '../texts/words.ts';
import { Icon } from './icon.tsx';
import styles from './toasts.module.css';

const SHOWN_MS = 6_000;

interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
}

const toasts = new Store<readonly Toast[]>([]);
let last = 0;

/** Tells what has happened, wherever on the page the person is. */
export function announce(text: string, tone: Toast['tone'] = 'good'): void {
  toasts.set([...toasts.get(), { id: ++last, text, tone }].slice(-3));
}

/** Takes away whatever is told: the next person need not read it. */
export const hush = (): void => toasts.set([]);

const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div role="status" className={styles['place']}>
      {shown.map((toast) => (
        <Shown key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Shown({ toast: { id, text, tone } }: { toast: Toast }) {
  const { t } = useWords();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className={`${styles['toast']} ${styles[tone]}`}>
      <Icon name={tone === 'good' ? 'check' : 'alert'} />
      <p>{text}</p>
      <button type="button" aria-label={t.close} onClick={() => dismiss(id)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
