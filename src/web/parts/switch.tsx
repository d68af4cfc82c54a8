import styles from './switch.module.css';

interface Props {
  label: string;
  on: boolean;
  /** An order about it is under way. */
  moving: boolean;
  /** It cannot be switched; `describedBy` says why. It can still be reached, so that the reason is heard. */
  blocked: boolean;
  describedBy: string;
  onSwitch(): void;
}

export const Switch = ({ label, on, moving, blocked, describedBy, onSwitch }: Props) => (
  <button
    type="button"
    role="switch"
    aria-checked={on}
    aria-label={label}
    aria-describedby={describedBy}
    aria-disabled={blocked || moving || undefined}
    aria-busy={moving || undefined}
    className={styles['switch']}
    onClick={() => {
      if (!blocked && !moving) onSwitch();
    }}
  >
    <span className={styles['thumb']} />
  </button>
);
