import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useWords } from '../texts/words.ts';
import styles from './dialog.module.css';
import { Icon } from './icon.tsx';

interface Props {
  title: string;
  onClose(): void;
  children: ReactNode;
  actions: ReactNode;
}

/** A question over the page. The browser keeps the focus in it and gives it back afterwards. */
export function Dialog({ title, onClose, children, actions }: Props) {
  const { t } = useWords();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it is taken away: only then does the browser give the focus back
  useLayoutEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    return () => shown.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={styles['dialog']}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        <button type="button" className={styles['close']} aria-label={t.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div className={styles['body']}>{children}</div>
      <div className={styles['actions']}>{actions}</div>
    </dialog>
  );
}
