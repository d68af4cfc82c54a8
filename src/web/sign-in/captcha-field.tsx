import { type Ref, useRef } from 'react';
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
  const choose = (kind: 'IMAGE' | 'PROOF_OF_WORK') => {
    renew(kind);
    // Before the button that was pressed is gone
    place.current?.focus();
  };
  return (
    <div ref={place} tabIndex={-1} className={styles['captcha']}>
      {task.kind === 'PROOF_OF_WORK' ? (
        <Proof task={task} renew={renew} error={error} onPicture={() => choose('IMAGE')} />
      ) : (
        <Picture
          task={task}
          renew={renew}
          code={code}
          onCode={onCode}
          error={error}
          ref={ref}
          onProof={() => choose('PROOF_OF_WORK')}
        />
      )}
    </div>
  );
}

function Picture({ task, renew, code, onCode, error, ref, onProof }: Props & { onProof: () => void }) {
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
      <Button look="quiet" icon="eyeOff" onClick={onProof}>
        {t.signIn.cannotRead}
      </Button>
    </>
  );
}

interface ProofProps extends CaptchaTask {
  error: string | undefined;
  onPicture: () => void;
}

function Proof({ task, renew, error, onPicture }: ProofProps) {
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
        <Button look="quiet" icon="reload" onClick={() => renew()}>
          {t.retry}
        </Button>
      )}
      <Button look="quiet" icon="eye" onClick={onPicture}>
        {t.signIn.readPicture}
      </Button>
    </>
  );
}
