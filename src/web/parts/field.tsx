import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import styles from './field.module.css';
import { Icon } from './icon.tsx';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it; said aloud as it appears. */
  error?: string | undefined;
  /** Beside the input: a button that belongs to it. */
  beside?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** An input with its label, what helps to fill it in, and what is wrong with it. */
export function Field({ label, hint, error, beside, ...input }: Props) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <div className={styles['row']}>
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-hint ${id}-error`}
          className={styles['input']}
          {...input}
        />
        {beside}
      </div>
      <div id={`${id}-hint`} className={styles['hint']}>
        {hint}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

export const FieldError = ({ id, error }: { id?: string; error?: string | undefined }) => (
  <div id={id} className={styles['error']} role="alert">
    {error && (
      <>
        <Icon name="alert" size={16} />
        {error}
      </>
    )}
  </div>
);
