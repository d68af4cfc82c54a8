import type { Ref } from 'react';
import { Field } from '../parts/field.tsx';
import { useWords } from '../texts/words.ts';

interface Props {
  /** What the browser may fill in: the person's number, or the name that a password is kept under. */
  autoComplete: 'tel' | 'username';
  value: string;
  onChange(typed: string): void;
  error: string | undefined;
  ref?: Ref<HTMLInputElement>;
}

/** Spelled as the person likes: the server knows how people write numbers. */
export function NumberField({ autoComplete, value, onChange, error, ref }: Props) {
  const { t } = useWords();
  return (
    <Field
      ref={ref}
      label={t.signIn.number}
      hint={t.signIn.numberHint}
      error={error}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      type="tel"
      inputMode="tel"
      autoComplete={autoComplete}
      name="phone"
      maxLength={40}
    />
  );
}
