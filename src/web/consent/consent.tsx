import { useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { Controls } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { Logo } from '../parts/logo.tsx';
import { Notice } from '../parts/notice.tsx';
import { beginPage } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useWords } from '../texts/words.ts';
import styles from './consent.module.css';
import { answerQuestion, type Question, readQuestion, Refusal } from './question.ts';

/** A partner app asks for leave: what it wants in plain words, and yes or no. */
export function Consent() {
  const { t, language } = useWords();
  const [question, setQuestion] = useState<Question>();
  const [fault, setFault] = useState<string>();
  const [answering, setAnswering] = useState<'allow' | 'refuse'>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (question) beginPage(heading.current);
  }, [question]);
  useEffect(() => {
    document.title = `${t.consent.heading} — ${t.product}`;
    let wanted = true;
    readQuestion(language).then(
      (read) => {
        if (!wanted) return;
        setQuestion(read);
        setFault(undefined);
      },
      (error: unknown) => {
        if (wanted) setFault(told(error, t.failed));
      },
    );
    return () => {
      wanted = false;
    };
  }, [language, t]);
  const answer = (decision: 'allow' | 'refuse') => {
    if (answering) return;
    setAnswering(decision);
    setFault(undefined);
    answerQuestion(language, decision).then(
      (address) => location.assign(address),
      (error: unknown) => {
        setAnswering(undefined);
        setFault(told(error, t.noAnswer));
      },
    );
  };
  return (
    <>
      <header className={styles['bar']}>
        <Logo />
        <Controls />
      </header>
      <main id="content" className={styles['main']}>
        <div className={styles['card']}>
          <h1 ref={heading} tabIndex={-1}>
            {question ? t.consent.title(question.partnerName) : t.consent.heading}
          </h1>
          {question && (
            <>
              <p>{t.consent.intro(question.partnerName)}</p>
              <ul className={styles['scopes']}>
                {question.scopes.map(({ scope, text }) => (
                  <li key={scope}>
                    <Icon name="check" />
                    {text}
                  </li>
                ))}
              </ul>
              <p className={styles['end']}>{t.consent.end}</p>
            </>
          )}
          {!question && !fault && <Skeleton rows={3} />}
          {fault && (
            <Notice tone="bad" live>
              {fault}
            </Notice>
          )}
          {question && (
            <div className={styles['actions']}>
              <Button busy={answering === 'refuse'} onClick={() => answer('refuse')}>
                {t.consent.refuse}
              </Button>
              <Button look="primary" busy={answering === 'allow'} onClick={() => answer('allow')}>
                {t.consent.allow}
              </Button>
            </div>
          )}
        </div>
      </main>
    </>
  );
}

const told = (error: unknown, otherwise: string): string =>
  (error instanceof Refusal && error.message) || otherwise;
