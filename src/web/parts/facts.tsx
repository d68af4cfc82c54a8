import type { ReactNode } from 'react';
import styles from './facts.module.css';

/** Names and what they come to, one a line. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) => (
  <dl className={styles['facts']}>
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd className="digits">{value}</dd>
      </div>
    ))}
  </dl>
);
