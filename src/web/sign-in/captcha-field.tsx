import { type Ref, type RefObject, useRef } from 'react';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useWords } from '../texts/words.ts';
import type { CaptchaTask } from './captcha.ts';
import styles from './captcha-field.module.css';

interface Props extends CaptchaTask {
  code: string;
  onCode: (code: string) => void;
  error: string | undefined;
  ref: Ref<HTMLInputElement>;
}

/** The picture and what it shows; or, for who cannot read it, how far the work is. */
export function CaptchaField({ task, renew, code, onCode, error, ref }: Props) {
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} tabIndex={-1} className={styles['captcha']}>
      {task.kind === 'PROOF_OF_WORK' ? (
        <Proof task={task} renew={renew} error={error} place={place} />
      ) : (
        <Picture
          task={task}
          renew={renew}
          code={code}
          onCode={onCode}
          error={error}
          ref={ref}
          place={place}
        />
      )}
    </div>
  );
}

interface Placed {
  /** Around the buttons: it has the focus after one that goes away. */
  place: RefObject<HTMLDivElement | null>;
}

function Picture({ task, renew, code, onCode, error, ref, place }: Props & Placed) {
  const { t } = useWords();
  return (
    <>
      <div className={styles['picture']}>
        {task.state === 'ready' && task.captcha.image ? (
          <img src={task.captcha.image} width={200} height={70} alt={t.signIn.picture} />
        ) : (
          <span role="status">{task.state === 'failed' ? t.noAnswer : t.signIn.pictureLoading}</span>
        )}
        <button
          type="button"
          className={styles['again']}
          aria-label={t.signIn.newPicture}
          title={t.signIn.newPicture}
          onClick={() => renew()}
        >
          <Icon name="reload" />
        </button>
      </div>
      <Field
        ref={ref}
        label={t.signIn.pictureCode}
        error={error}
        value={code}
        onChange={(event) => onCode(event.target.value)}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={10}
        name="captcha"
      />
      <Button look="quiet" icon="eyeOff" heir={place} onClick={() => renew('PROOF_OF_WORK')}>
        {t.signIn.cannotRead}
      </Button>
    </>
  );
}

interface ProofProps extends CaptchaTask, Placed {
  error: string | undefined;
}

function Proof({ task, renew, error, place }: ProofProps) {
  const { t } = useWords();
  const { working, done, failed } = t.signIn.proof;
  return (
    <>
      <p role="status" className={styles['proof']} data-state={task.state}>
        <Icon name={task.state === 'ready' ? 'check' : task.state === 'failed' ? 'alert' : 'clock'} />
        {task.state === 'ready' ? done : task.state === 'failed' ? failed : working}
      </p>
      {error && <p role="alert">{error}</p>}
      {task.state === 'failed' && (
        <Button look="quiet" icon="reload" heir={place} onClick={() => renew()}>
          {t.retry}
        </Button>
      )}
      <Button look="quiet" icon="eye" heir={place} onClick={() => renew('IMAGE')}>
        {t.signIn.readPicture}
      </Button>
    </>
  );
}
