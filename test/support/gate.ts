import type { FailurePoint, Reach } from '../../src/ports/failure-points.ts';

/** Makes whoever comes by at a point wait there until the test lets them go on. */
export class Gate {
  #point: FailurePoint | undefined;
  #opened = Promise.withResolvers<void>();

  /** Whether somebody stands there. */
  waits = false;

  readonly reach: Reach = (point) => {
    if (point !== this.#point) return undefined;
    this.waits = true;
    return this.#opened.promise;
  };

  stopBefore(point: FailurePoint): void {
    this.#point = point;
    this.#opened = Promise.withResolvers<void>();
  }

  goOn(): void {
    this.#point = undefined;
    this.waits = false;
    this.#opened.resolve();
  }
}
