import type { Tx } from './database.ts';

/** Called at a wake-up, with its news if it brings any; without, the tables have to be looked at. */
export type Wake = (news?: string) => void;

/** Tells, across processes, that something may have changed. Only a hint: what did change stands in the tables. */
export interface WakeUps {
  /**
   * Wakes the topic's listeners in every process when, and only if, the transaction commits; in the order of commits.
   * `news`: up to 7,000 bytes that save them the look, as long as they can tell whether they missed any.
   */
  notify(tx: Tx, topic: string, news?: string): Promise<void>;
  /** The same for many topics in one statement, without news. */
  notifyEach(tx: Tx, topics: readonly string[]): Promise<void>;
  /** Calls back at each wake-up of the topic, and whenever some may have been missed; returns the end of it. */
  listen(topic: string, wake: Wake): () => void;
  /** Whether wake-ups can arrive now. */
  isListening(): boolean;
}
