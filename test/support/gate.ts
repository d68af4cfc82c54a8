import type { FailurePoint, Reach } from '../../src/ports/failure-points.ts';

/** Makes whoever comes by at a point wait there until the test lets them go on. */
export class Gate {
  #point: FailurePoint | undefined;
  #opened = Promise.withResolvers<void>();

  readonly reach: Reach = (point) => (point === this.#point ? this.#opened.promise : undefined);

  stopBefore(point: FailurePoint): void {
    this.#point = point;
    this.#opened = Promise.withResolvers<void>();
  }

  goOn(): void {
    this.#point = undefined;
    this.#opened.resolve();
  }
}
