import type { OrderState } from '../../generated/operations.ts';
import { useWords } from '../texts/words.ts';
import styles from './state-tag.module.css';

/** Where an order stands, in a word. */
export function StateTag({ state }: { state: OrderState }) {
  const { t } = useWords();
  return <span className={`${styles['tag']} ${styles[state]}`}>{t.states[state]}</span>;
}
