import { type InputHTMLAttributes, type ReactNode, type Ref, useState } from 'react';
import { Field } from './field.tsx';
import { Icon } from './icon.tsx';
import { useWords } from '../texts/words.ts';
import styles from './password-field.module.css';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
  /** Shown as it is typed, until the person hides it. */
  shownAtFirst?: boolean;
  ref?: Ref<HTMLInputElement>;
}

export function PasswordField({ shownAtFirst = false, ...field }: Props) {
  const { t } = useWords();
  const [shown, setShown] = useState(shownAtFirst);
  return (
    <Field
      {...field}
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="none"
      autoCorrect="off"
      beside={
        <button
          type="button"
          className={styles['eye']}
          aria-pressed={shown}
          aria-label={`${t.show}: ${field.label}`}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} />
        </button>
      }
    />
  );
}
