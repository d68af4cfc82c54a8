/** How many messages may be on their way at once: fewer when the other side asks for it, then slowly more again. */
export class Window {
  readonly #most: number;
  #size: number;
  #used = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
    this.#size = most;
  }

  /** Waits for a place; false: there was none within so many milliseconds. */
  async take(withinMs: number): Promise<boolean> {
    if (this.#used < this.#size) {
      this.#used++;
      return true;
    }
    const place = Promise.withResolvers<boolean>();
    const enter = () => place.resolve(true);
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(enter), 1);
      place.resolve(false);
    }, withinMs);
    this.#waiting.push(enter);
    const entered = await place.promise;
    clearTimeout(timer);
    return entered;
  }

  leave(): void {
    this.#used--;
    this.#admit();
  }

  /** The other side has too much to do. */
  halve(): void {
    this.#size = Math.max(1, Math.floor(this.#size / 2));
  }

  /** The other side has coped with one more. */
  grow(): void {
    this.#size = Math.min(this.#most, this.#size + 1);
    this.#admit();
  }

  #admit(): void {
    while (this.#used < this.#size && this.#waiting.length) {
      this.#used++;
      this.#waiting.shift()!();
    }
  }
}
