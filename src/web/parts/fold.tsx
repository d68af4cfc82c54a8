import { type ReactNode, useState } from 'react';
import styles from './fold.module.css';
import { Icon } from './icon.tsx';

/** What is not needed at first; its content is made when it is first opened. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <details
      className={styles['fold']}
      onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}
    >
      <summary>
        <Icon name="next" />
        {title}
      </summary>
      <div className={styles['content']}>{opened && children}</div>
    </details>
  );
}
