import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../texts/words.ts';
import styles from './page.module.css';

interface Props {
  title: string;
  lead?: string;
  children: ReactNode;
}

/** Where the last page was shown; before the first one, which keeps the focus where the browser puts it, nowhere. */
let shownAt: string | undefined;
/** The browser goes back or forward: it knows how far a page was read. */
let returning = false;
addEventListener('popstate', () => {
  returning = location.pathname !== shownAt;
});

/** The next page is come to from somewhere else, such as the way in. */
export const pageToCome = (): void => {
  shownAt = '';
};

/** Has a page that is come to read from its title on. One that only changes its language stays as it is. */
export function beginPage(heading: HTMLElement | null): void {
  const came = shownAt !== undefined && shownAt !== location.pathname;
  shownAt = location.pathname;
  if (!came) return;
  heading?.focus({ preventScroll: true });
  if (!returning && !location.hash) scrollTo(0, 0);
  returning = false;
}

/** One page: who comes to it by a tab starts reading at its title. */
export function Page({ title, lead, children }: Props) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => beginPage(heading.current), []);
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
