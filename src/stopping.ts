import { END_WITHIN_MS } from './stop-times.ts';

/** What ends the process, and where it is said what went wrong. */
interface Process {
  exit(code: number): void;
  report(error: unknown): Promise<void>;
}

/** The end of a process: in order when it is asked for, and as far in order as can be when something went wrong. */
export class Stopping {
  readonly #process: Process;
  readonly #ends: (() => Promise<void>)[] = [];
  #leave: () => Promise<void> = async () => {};
  #withinMs = END_WITHIN_MS;
  #code = 0;
  #done: Promise<void> | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  get begun(): boolean {
    return this.#done !== undefined;
  }

  /** Something was started: what ends it is done before the ends of all that was started earlier. */
  add(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** What comes first when it is asked to stop, while it still serves, and how long leaving takes before the ends do. */
  onLeave(leave: () => Promise<void>, takesMs: number): void {
    this.#leave = leave;
    this.#withinMs = takesMs + END_WITHIN_MS;
  }

  /** Asked to stop, once or several times. */
  stop(): Promise<void> {
    this.#done ??= this.#stop(this.#leave);
    return this.#done;
  }

  /** Gone at once are those who started it: it does without them, and without saying that it leaves. */
  abandon(): Promise<void> {
    this.#code = 1;
    this.#done ??= this.#stop(async () => {});
    return this.#done;
  }

  /** Nobody knows what the error left half done: it is said, and the process ends. */
  async fail(error: unknown): Promise<void> {
    await this.#say(error);
    await this.abandon();
  }

  /** The same for what may fail just because it is being stopped. */
  async failUnlessBegun(error: unknown): Promise<void> {
    if (!this.begun) await this.fail(error);
  }

  async #stop(leave: () => Promise<void>): Promise<void> {
    setTimeout(() => this.#process.exit(1), this.#withinMs).unref();
    for (const end of [leave, ...this.#ends.toReversed()]) await this.#orSay(end);
    this.#process.exit(this.#code);
  }

  /** One end that fails keeps none of the others from being reached. */
  async #orSay(end: () => Promise<void>): Promise<void> {
    try {
      await end();
    } catch (error) {
      await this.#say(error);
    }
  }

  async #say(what: unknown): Promise<void> {
    this.#code = 1;
    // Where nothing can be said any more, there is still something to end
    await this.#process.report(what).catch(() => {});
  }
}
