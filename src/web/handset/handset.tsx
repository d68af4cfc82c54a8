import { useState } from 'react';
import { phone } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { useWords } from '../texts/words.ts';
import styles from './handset.module.css';
import { type Sms, useSms } from './sms.ts';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '∗', '0', '#'];

/** A drawn phone that receives the demo operator's SMS: beside the page, or in a drawer where there is no room. */
export function Handset() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const messages = useSms();
  return (
    <>
      <button type="button" className={styles['opener']} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'close' : 'phone'} />
        <span className="unseen">{open ? t.handset.close : t.handset.open}</span>
        {messages.length > 0 && <span className={styles['count']}>{messages.length}</span>}
      </button>
      <aside className={styles['place']} data-open={open} aria-label={t.handset.title}>
        <p className={styles['about']}>{t.handset.about}</p>
        <div className={styles['body']}>
          <div className={styles['speaker']} />
          <Screen messages={messages} />
          <div className={styles['keys']} aria-hidden="true">
            {KEYS.map((key) => (
              <span key={key}>{key}</span>
            ))}
          </div>
        </div>
      </aside>
    </>
  );
}

function Screen({ messages }: { messages: Sms[] }) {
  const { t, f } = useWords();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by the keyboard as well
    <section className={styles['screen']} aria-label={t.handset.messages} tabIndex={0}>
      {messages.length === 0 && <p>{t.handset.empty}</p>}
      <ol aria-live="polite">
        {messages.map((message) => (
          <li key={`${message.at} ${message.to} ${message.text}`}>
            <p className={styles['sender']}>
              {message.from} → {phone(message.to)}
              <time dateTime={message.at}>{f.time(message.at)}</time>
            </p>
            <p className={styles['text']}>{message.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
