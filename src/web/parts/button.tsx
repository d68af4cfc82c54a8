import { type ButtonHTMLAttributes, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import styles from './button.module.css';
import { Icon, type IconName } from './icon.tsx';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  /** It is being done: a second press does nothing, and the focus stays. */
  busy?: boolean;
  wide?: boolean;
  /** What has the focus after it, if it goes away with it. */
  heir?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

export function Button({
  look = 'plain',
  icon,
  busy = false,
  wide,
  heir,
  children,
  onClick,
  type,
  ...rest
}: Props) {
  const button = useRef<HTMLButtonElement>(null);
  // Before it is gone: the browser would lose the focus with it
  useLayoutEffect(
    () => () => {
      if (document.activeElement === button.current) heir?.current?.focus();
    },
    [heir],
  );
  return (
    <button
      ref={button}
      type={type === 'submit' ? 'submit' : 'button'}
      className={`${styles['button']} ${styles[look]} ${wide ? styles['wide'] : ''}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {busy ? (
        <span className={styles['spinner']} aria-hidden="true" />
      ) : (
        icon && <Icon name={icon} size={18} />
      )}
      <span>{children}</span>
    </button>
  );
}
