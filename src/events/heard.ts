import { type LineEvent, eventOf } from './news.ts';

/** More than that told at once is read again rather than kept. */
const KEPT = 100;

/** What came of waiting. */
export interface Step {
  /** The next events, of any kind. */
  events: LineEvent[];
  /** All up to this number have been told. */
  seq: number;
  /** Whether there may be more, which has to be looked for. */
  behind: boolean;
}

/** What was heard of a line's events while its reader was busy; bounded, however slow the reader is. */
export class Heard {
  closed = false;
  /** The greatest number heard of: what has it, and all before, has been committed. */
  newest = 0;
  #events: LineEvent[] = [];
  #missed = false;
  #wake: (() => void) | undefined;

  hear(news: string | undefined): void {
    const event = news === undefined ? undefined : eventOf(news);
    if (event) this.newest = Math.max(this.newest, event.seq);
    if (event && this.#events.length < KEPT) this.#events.push(event);
    else this.#missed = true;
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  /** Whether there is something to take, or nothing more to wait for. */
  get ready(): boolean {
    return this.#events.length > 0 || this.#missed || this.closed;
  }

  /** Resolves when it is ready. */
  woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** Takes what was heard and follows on that number without a gap. */
  take(seq: number): Step {
    const step: Step = { events: [], seq, behind: this.#missed };
    for (const event of this.#events) {
      if (event.seq <= step.seq) continue;
      if (event.seq > step.seq + 1) {
        step.behind = true;
        break;
      }
      step.events.push(event);
      step.seq = event.seq;
    }
    this.#events = [];
    this.#missed = false;
    return step;
  }
}
