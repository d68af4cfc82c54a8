import { type FormEvent, useRef, useState } from 'react';
import { SignInDocument, type SignInMutation } from '../../generated/operations.ts';
import { ask } from '../graphql/ask.ts';
import { signedIn } from '../graphql/session.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { useWords } from '../texts/words.ts';
import { clientName } from './client-name.ts';
import { NumberField } from './number-field.tsx';
import type { Sent } from './request-form.tsx';
import styles from './sign-in.module.css';
import { useCodeFromSms } from './web-otp.ts';

type Refusal = Exclude<SignInMutation['signIn'], { __typename: 'SignedIn' }>;

interface Props {
  phoneNumber: string;
  onPhoneNumber(typed: string): void;
  /** The SMS that brings the password; absent: one that the person has already. */
  sent?: Sent;
}

interface Faults {
  number?: string | undefined;
  password?: string | undefined;
}

/** The number and its password: the door. */
export function EnterForm({ phoneNumber, onPhoneNumber, sent }: Props) {
  const { t, f } = useWords();
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const [refusal, setRefusal] = useState<Refusal | 'no answer'>();
  const [busy, setBusy] = useState(false);
  const passwordInput = useRef<HTMLInputElement>(null);
  useCodeFromSms(Boolean(sent), setPassword);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const missing: Faults = {
      number: phoneNumber.trim() ? undefined : t.signIn.numberNeeded,
      password: password ? undefined : t.signIn.passwordNeeded,
    };
    setFaults(missing);
    if (missing.number ?? missing.password) return;
    setBusy(true);
    setRefusal(undefined);
    const input = {
      phoneNumber: sent?.phoneNumber ?? phoneNumber,
      // Blanks come along when an SMS is copied
      password: sent ? password.trim() : password,
      client: clientName(),
      transport: 'COOKIE' as const,
    };
    const result = await ask(SignInDocument, { input }, { once: true }).then(
      ({ signIn }) => signIn,
      () => 'no answer' as const,
    );
    setBusy(false);
    if (result !== 'no answer' && result.__typename === 'SignedIn') return signedIn(result);
    setRefusal(result);
    passwordInput.current?.select();
  };

  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
      {sent ? (
        <input type="hidden" name="phone" autoComplete="username" value={sent.phoneNumber} readOnly />
      ) : (
        <NumberField
          autoComplete="username"
          value={phoneNumber}
          onChange={onPhoneNumber}
          error={faults.number}
        />
      )}
      <PasswordField
        ref={passwordInput}
        label={sent ? t.signIn.smsPassword(sent.number) : t.signIn.password}
        hint={sent && t.signIn.until(f.time(sent.expiresAt))}
        error={faults.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete={sent ? 'one-time-code' : 'current-password'}
        shownAtFirst={Boolean(sent)}
        name="password"
        maxLength={128}
      />
      {refusal && (
        <Notice tone="bad" live>
          {refusal === 'no answer' ? t.noAnswer : refusal.message}
          {refusal !== 'no answer' &&
          refusal.__typename === 'InvalidCredentials' &&
          refusal.attemptsLeft !== null
            ? ` ${t.signIn.attemptsLeft(refusal.attemptsLeft ?? 0, f.plural)}`
            : ''}
        </Notice>
      )}
      <Button type="submit" look="primary" wide busy={busy}>
        {t.signIn.enter}
      </Button>
    </form>
  );
}
