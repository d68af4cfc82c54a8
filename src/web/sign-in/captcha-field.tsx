import type { Ref } from 'react';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { useWords } from '../texts/words.ts';
import type { CaptchaTask } from './captcha.ts';
import styles from './captcha-field.module.css';

interface Props extends CaptchaTask {
  code: string;
  onCode(code: string): void;
  error: string | undefined;
  ref: Ref<HTMLInputElement>;
}

/** The picture and what it shows; or, for who cannot read it, how far the work is. */
export function CaptchaField({ task, renew, code, onCode, error, ref }: Props) {
  const { t } = useWords();
  if (task.kind === 'PROOF_OF_WORK') return <Proof task={task} renew={renew} error={error} />;
  return (
    <div className={styles['captcha']}>
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
      <Button look="quiet" icon="eyeOff" onClick={() => renew('PROOF_OF_WORK')}>
        {t.signIn.cannotRead}
      </Button>
    </div>
  );
}

function Proof({ task, renew, error }: CaptchaTask & { error: string | undefined }) {
  const { t } = useWords();
  const { working, done, failed } = t.signIn.proof;
  return (
    <div className={styles['captcha']}>
      <p role="status" className={styles['proof']} data-state={task.state}>
        <Icon name={task.state === 'ready' ? 'check' : task.state === 'failed' ? 'alert' : 'clock'} />
        {task.state === 'ready' ? done : task.state === 'failed' ? failed : working}
      </p>
      {error && <p role="alert">{error}</p>}
      <Button look="quiet" icon="eye" onClick={() => renew('IMAGE')}>
        {t.signIn.readPicture}
      </Button>
    </div>
  );
}
