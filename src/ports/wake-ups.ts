import type { Tx } from './database.ts';

/** Tells, across processes, that something may have changed. Only a hint: what did change stands in the tables. */
export interface WakeUps {
  /** Wakes the topic's listeners in every process when, and only if, the transaction commits. */
  notify(tx: Tx, topic: string): Promise<void>;
  /** Calls back at each wake-up of the topic, and whenever some may have been missed; returns the end of it. */
  listen(topic: string, wake: () => void): () => void;
  /** Whether wake-ups can arrive now. */
  isListening(): boolean;
}
