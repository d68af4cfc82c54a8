import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../texts/words.ts';
import styles from './page.module.css';

interface Props {
  title: string;
  lead?: string;
  children: ReactNode;
}

/** Whether a page was shown before: the first one keeps the focus where the browser puts it. */
let shownBefore = false;

/** One page: who comes to it by a tab starts reading at its title. */
export function Page({ title, lead, children }: Props) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (shownBefore) heading.current?.focus({ preventScroll: true });
    shownBefore = true;
  }, []);
  useEffect(() => {
    document.title = title === t.product ? title : `${title} — ${t.product}`;
  }, [title, t]);
  return (
    <div className={styles['page']}>
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p className={styles['lead']}>{lead}</p>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page with a heading of its own. */
export const Section = ({ id, title, children }: { id?: string; title: string; children: ReactNode }) => (
  <section className={styles['section']} aria-label={title} id={id}>
    <h2>{title}</h2>
    {children}
  </section>
);
