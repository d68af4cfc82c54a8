import { type FormEvent, useEffect, useRef, useState } from 'react';
import { RequestSmsPasswordDocument, type RequestSmsPasswordMutation } from '../../generated/operations.ts';
import { ask } from '../graphql/ask.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { useWords } from '../texts/words.ts';
import { useCaptcha } from './captcha.ts';
import { CaptchaField } from './captcha-field.tsx';
import { NumberField } from './number-field.tsx';
import styles from './sign-in.module.css';

type Result = RequestSmsPasswordMutation['requestSmsPassword'];
export type Sent = Extract<Result, { __typename: 'SmsPasswordRequested' }>;

interface Faults {
  number?: string;
  code?: string;
  /** Of neither field. */
  form?: string;
}

interface Props {
  phoneNumber: string;
  onPhoneNumber: (typed: string) => void;
  onSent: (sent: Sent) => void;
}

/** The number and the picture: an SMS with a password comes soon. */
export function RequestForm({ phoneNumber, onPhoneNumber, onSent }: Props) {
  const { t } = useWords();
  const captcha = useCaptcha();
  const [typed, setTyped] = useState<{ code: string; off?: string }>({ code: '' });
  const [latin, setLatin] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const [pressed, setPressed] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const numberInput = useRef<HTMLInputElement>(null);
  const codeInput = useRef<HTMLInputElement>(null);

  const refuse = (found: Faults) => {
    setFaults(found);
    if (found.number) numberInput.current?.focus();
    else if (found.code) codeInput.current?.focus();
  };
  const { task } = captcha;
  const shown = task.state === 'ready' ? task.captcha.id : undefined;
  // What was read off one picture is wrong for the next
  const code = typed.off === shown ? typed.code : '';
  const works = task.kind === 'PROOF_OF_WORK';
  const waiting = pressed && works && task.state === 'loading';
  const due = pressed && works && task.state === 'ready';
  const renew: typeof captcha.renew = (kind) => {
    // Who would rather read the picture has not pressed yet
    if (kind) setPressed(false);
    captcha.renew(kind);
  };
  const send = async () => {
    setPressed(false);
    const answer = task.state === 'ready' ? (task.solution ?? code.trim()) : '';
    if (!phoneNumber.trim()) return refuse({ number: t.signIn.numberNeeded });
    if (task.state !== 'ready' || !answer) return refuse({ code: t.signIn.codeNeeded });
    setBusy(true);
    setFaults({});
    const input = {
      phoneNumber,
      captchaId: task.captcha.id,
      captchaAnswer: answer,
      script: latin ? ('LATIN' as const) : ('CYRILLIC' as const),
    };
    // A captcha works once, so the same request would not be heard twice
    const result = await ask(RequestSmsPasswordDocument, { input }, { once: true }).then(
      ({ requestSmsPassword }) => requestSmsPassword,
      () => undefined,
    );
    setBusy(false);
    if (result?.__typename === 'SmsPasswordRequested') return onSent(result);
    captcha.renew();
    refuse(faultsOf(result) ?? { form: t.noAnswer });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || waiting) return;
    if (!phoneNumber.trim()) return refuse({ number: t.signIn.numberNeeded });
    if (task.state === 'loading' && !works) return refuse({ code: t.signIn.newCodeNeeded });
    if (!works || task.state === 'ready') return void send();
    setFaults({});
    setPressed(true);
    if (task.state === 'failed') captcha.renew();
  };
  // Who has pressed already need not press again when the device has done its work
  useEffect(() => {
    if (due) form.current?.requestSubmit();
  }, [due]);

  return (
    <form ref={form} className={styles['form']} onSubmit={submit} noValidate>
      <NumberField
        ref={numberInput}
        autoComplete="tel"
        value={phoneNumber}
        onChange={onPhoneNumber}
        error={faults.number}
      />
      <CaptchaField
        task={task}
        renew={renew}
        ref={codeInput}
        code={code}
        onCode={(now) => setTyped({ code: now, off: shown })}
        error={faults.code}
      />
      <label className={styles['check']}>
        <input type="checkbox" checked={latin} onChange={(event) => setLatin(event.target.checked)} />
        {t.signIn.latin}
      </label>
      {faults.form && (
        <Notice tone="bad" live>
          {faults.form}
        </Notice>
      )}
      <Button type="submit" look="primary" wide busy={busy || waiting}>
        {t.signIn.getPassword}
      </Button>
    </form>
  );
}

/** Which field an answer is about. */
function faultsOf(result: Exclude<Result, Sent> | undefined): Faults | undefined {
  if (result?.__typename === 'InvalidPhoneNumber') return { number: result.message };
  if (result?.__typename === 'CaptchaRejected') return { code: result.message };
  return result && { form: result.message };
}
