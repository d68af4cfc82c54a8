import type { Clock } from '../../src/ports/clock.ts';

/** The real time, moved on as the test says. */
export class MovableClock implements Clock {
  protected ahead = 0;

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  advance({ seconds = 0, minutes = 0, hours = 0, days = 0 }): void {
    this.ahead += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  }
}

/** Time that moves as the test says and not by itself, from a whole second on: for what happens at one very moment. */
export class StandingClock extends MovableClock {
  readonly #start = Math.floor(Date.now() / 1_000) * 1_000;

  override now(): Date {
    return new Date(this.#start + this.ahead);
  }
}
