import { type FormEvent, useRef, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import {
  ChangePasswordDocument,
  type ChangePasswordMutation,
  IdentityDocument,
} from '../../generated/operations.ts';
import { fetchOnce } from '../connection.ts';
import { passwordChosen } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { useShown } from '../parts/shown.ts';
import { announce } from '../parts/toasts.tsx';
import { useWish } from '../parts/wish.ts';
import { useWords } from '../texts/words.ts';
import styles from './password-page.module.css';
import { Strength } from './strength.tsx';

type Result = ChangePasswordMutation['changePassword'] | { __typename: 'NoAnswer' };
const USUAL_LENGTH = 8;

/** A password of one's own. */
export function PasswordPage() {
  const { t, f } = useWords();
  const [{ data }] = useQuery({ query: IdentityDocument });
  const minLength = data?.passwordPolicy.minLength ?? USUAL_LENGTH;
  const [, change] = useMutation(ChangePasswordDocument);
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [missing, setMissing] = useState(false);
  const [result, setResult] = useState<Result>();
  const wish = useWish('password');
  const busy = wish.underWay !== undefined;
  const shown = useShown();
  const currentInput = useRef<HTMLInputElement>(null);
  const freshInput = useRef<HTMLInputElement>(null);

  /** Who has gone on to another page hears of it there. */
  const tell = (answer: Result) => {
    if (answer.__typename === 'PasswordChanged')
      return announce(t.password.done(answer.otherSessionsEnded, f.plural));
    const why = answer.__typename === 'NoAnswer' ? t.noAnswer : answer.message;
    announce(`${t.password.title}: ${why}`, 'bad');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setResult(undefined);
    setMissing(!current || !fresh);
    if (!current || !fresh) return (current ? freshInput : currentInput).current?.focus();
    // That something is sent is kept outside of the form, and no password is
    const sent = wish.keyFor('change');
    // Not repeated by itself: a try that was heard counts
    const context = { fetch: fetchOnce };
    const input = { currentPassword: current, newPassword: fresh };
    const answer = (await change({ input }, context)).data?.changePassword ?? {
      __typename: 'NoAnswer' as const,
    };
    if (!wish.cameBack(sent, true)) return;
    if (answer.__typename === 'PasswordChanged') passwordChosen();
    if (!shown.current) return tell(answer);
    setResult(answer);
    if (answer.__typename === 'PasswordChanged') {
      setCurrent('');
      setFresh('');
    } else (answer.__typename === 'PasswordTooWeak' ? freshInput : currentInput).current?.focus();
  };

  const isWeak = result?.__typename === 'PasswordTooWeak';
  return (
    <Page title={t.password.title} lead={t.password.lead}>
      <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
        <PasswordField
          ref={currentInput}
          label={t.password.current}
          value={current}
          autoComplete="current-password"
          maxLength={128}
          error={currentError(result, missing && !current, t.password.currentNeeded)}
          onChange={({ target }) => setCurrent(target.value)}
        />
        <div className={styles['fresh']}>
          <PasswordField
            ref={freshInput}
            label={t.password.fresh}
            hint={t.password.length(minLength)}
            value={fresh}
            autoComplete="new-password"
            maxLength={128}
            error={isWeak ? result.message : missing && !fresh ? t.password.freshNeeded : undefined}
            onChange={({ target }) => setFresh(target.value)}
          />
          <Strength password={fresh} minLength={minLength} />
        </div>
        {isWeak && result.suggestions.length > 0 && (
          <div className={styles['tips']}>
            <p>{t.password.tips}</p>
            <ul>
              {result.suggestions.map((suggestion) => (
                <li key={suggestion}>{suggestion}</li>
              ))}
            </ul>
          </div>
        )}
        {result?.__typename === 'NoAnswer' && (
          <Notice tone="bad" live>
            {t.noAnswer}
          </Notice>
        )}
        {result?.__typename === 'PasswordChanged' && (
          <Notice tone="good" live>
            {t.password.done(result.otherSessionsEnded, f.plural)}
          </Notice>
        )}
        <Button type="submit" look="primary" busy={busy}>
          {t.password.change}
        </Button>
      </form>
    </Page>
  );
}

function currentError(result: Result | undefined, isMissing: boolean, needed: string): string | undefined {
  if (isMissing) return needed;
  return result?.__typename === 'InvalidCredentials' || result?.__typename === 'TooManyRequests'
    ? result.message
    : undefined;
}
