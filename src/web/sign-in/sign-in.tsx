import { useEffect, useRef, useState } from 'react';
import { phone } from '../format.ts';
import { useEnding } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Choices } from '../parts/choices.tsx';
import { Controls } from '../parts/controls.tsx';
import { Notice } from '../parts/notice.tsx';
import { pageToCome } from '../parts/page.tsx';
import { useTimeLeft } from '../parts/time.ts';
import { useWords } from '../texts/words.ts';
import { EnterForm } from './enter-form.tsx';
import { Poster } from './poster.tsx';
import { RequestForm, type Sent } from './request-form.tsx';
import styles from './sign-in.module.css';

const WAYS = ['bySms', 'byPassword'] as const;
type Way = (typeof WAYS)[number];

/** The way in: a password by SMS, or one that the person has. */
export function SignIn() {
  const { t } = useWords();
  const ending = useEnding();
  const [way, setWay] = useState<Way>('bySms');
  const [phoneNumber, setPhoneNumber] = useState('');
  const [sent, setSent] = useState<Sent>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${t.signIn.title} — ${t.product}`;
  }, [t]);
  // What is read next starts at the top again
  useEffect(() => {
    if (ending !== 'none' || sent) heading.current?.focus();
  }, [ending, sent]);
  useEffect(pageToCome, []);
  // Before the button that was pressed is gone
  const begin = () => heading.current?.focus();
  const again = () => {
    setSent(undefined);
    begin();
  };
  const forgot = () => {
    setWay('bySms');
    begin();
  };

  return (
    <div className={styles['split']}>
      <Poster />
      <header className={styles['controls']}>
        <Controls />
      </header>
      <main id="content" className={styles['main']}>
        <div className={styles['card']}>
          <h1 ref={heading} tabIndex={-1}>
            {t.signIn.title}
          </h1>
          {ending !== 'none' && (
            <Notice tone={ending === 'signedOut' ? 'plain' : 'warn'} live>
              {t.signIn[ending]}
            </Notice>
          )}
          {!isSecureContext && <Notice tone="bad">{t.signIn.insecure}</Notice>}
          {sent ? (
            <Enter sent={sent} onAgain={again} />
          ) : (
            <>
              <Choices<Way>
                label={t.signIn.ways}
                options={WAYS.map((value) => ({ value, text: t.signIn[value] }))}
                value={way}
                onChange={setWay}
              />
              {way === 'bySms' ? (
                <RequestForm phoneNumber={phoneNumber} onPhoneNumber={setPhoneNumber} onSent={setSent} />
              ) : (
                <EnterForm phoneNumber={phoneNumber} onPhoneNumber={setPhoneNumber} />
              )}
              {way === 'byPassword' && (
                <Button look="quiet" onClick={forgot}>
                  {t.signIn.forgot}
                </Button>
              )}
            </>
          )}
          <p className={styles['secret']}>{t.signIn.keepSecret}</p>
        </div>
      </main>
    </div>
  );
}

/** The SMS is on its way: its password, or another SMS. */
function Enter({ sent, onAgain }: { sent: Sent; onAgain: () => void }) {
  const { t, f } = useWords();
  const wait = useTimeLeft(sent.resendAvailableAt);
  return (
    <>
      <Notice tone="good" live>
        <strong>{t.signIn.sent(sent.number, phone(sent.phoneNumber))}</strong> {t.signIn.sentHint}
      </Notice>
      <EnterForm phoneNumber={sent.phoneNumber} onPhoneNumber={() => {}} sent={sent} />
      <div className={styles['again']}>
        {wait > 0 ? (
          <p className={`digits ${styles['wait']}`}>{t.signIn.resendIn(f.left(wait))}</p>
        ) : (
          <Button look="quiet" icon="reload" onClick={onAgain}>
            {t.signIn.resend}
          </Button>
        )}
        <Button look="quiet" onClick={onAgain}>
          {t.signIn.otherNumber}
        </Button>
      </div>
    </>
  );
}
