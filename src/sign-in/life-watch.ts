import DataLoader from 'dataloader';
import type { WakeUps } from '../ports/wake-ups.ts';

const AT_ONCE = 1_000;
/** How soon a look that failed is repeated: whoever was to be shut out may be in for as long. */
const LOOK_AGAIN_MS = 500;

interface Life<Key> {
  /** Where it is told that some of a line's have ended. */
  topicOf: (key: Key) => string;
  /** Which of these still live. */
  liveOnes: (keys: readonly Key[]) => Promise<boolean[]>;
}

/** Notices, in this process, that something which has streams or sockets open has ended: revoked anywhere, or run out. */
export class LifeWatch<Key> {
  readonly #wakeUps: WakeUps;
  readonly #topicOf: Life<Key>['topicOf'];
  /** Every watched one is looked at now and then, in case a wake-up was lost: many at a time. */
  readonly #live: DataLoader<Key, boolean>;

  constructor(wakeUps: WakeUps, { topicOf, liveOnes }: Life<Key>) {
    this.#wakeUps = wakeUps;
    this.#topicOf = topicOf;
    this.#live = new DataLoader(liveOnes, { cache: false, maxBatchSize: AT_ONCE });
  }

  /** Calls back once when it has ended, at once if it has already; returns the end of the watch. */
  watch(key: Key, ended: () => void): () => void {
    const look = async () => {
      // A database that does not answer ends nothing; the next look will tell
      const live = await this.#live.load(key).catch(() => undefined);
      if (live || !watching) return;
      if (live === undefined) return lookAgain();
      stop();
      ended();
    };
    let again: NodeJS.Timeout | undefined;
    const lookAgain = () => {
      clearTimeout(again);
      again = setTimeout(look, LOOK_AGAIN_MS).unref();
    };
    let watching = true;
    const stopListening = this.#wakeUps.listen(this.#topicOf(key), () => void look());
    const stop = () => {
      watching = false;
      clearTimeout(again);
      stopListening();
    };
    void look();
    return stop;
  }
}
