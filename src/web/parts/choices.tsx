import { useId } from 'react';
import styles from './choices.module.css';

interface Props<Value extends string> {
  label: string;
  options: readonly { value: Value; text: string; note?: string }[];
  value: Value;
  onChange(value: Value): void;
  /** Side by side and equally wide, or as long as their texts and in lines. */
  look?: 'segments' | 'chips';
}

/** One of a few, as radio buttons in the shape of a control. */
export function Choices<Value extends string>({
  label,
  options,
  value,
  onChange,
  look = 'segments',
}: Props<Value>) {
  const name = useId();
  return (
    <fieldset className={styles['choices']}>
      <legend className="unseen">{label}</legend>
      <div className={styles[look]}>
        {options.map((option) => (
          <label key={option.value} className={styles['choice']}>
            <input
              type="radio"
              className="unseen"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.text}
              {option.note && <small>{option.note}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
