const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** No zone changes its clocks but on the quarter of an hour, and since 1972 none is ahead of UTC by a part of one. */
export const QUARTER_MS = 900 * SECOND;

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Calendar and clock of a time zone, quick for moments that follow one another. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  #known = { from: 0, to: 0, offset: 0 };
  #offsetText = '';
  #dayNumber = Number.NaN;
  #day = '';

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** YYYY-MM-DD */
  day(at: Date): string {
    const number = Math.floor(this.#local(at) / DAY);
    if (number !== this.#dayNumber) {
      this.#dayNumber = number;
      this.#day = new Date(number * DAY).toISOString().slice(0, 10);
    }
    return this.#day;
  }

  /** HH:MM:SS */
  time(at: Date): string {
    const seconds = this.secondOfDay(at);
    const minutes = Math.floor(seconds / 60);
    return `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  }

  /** What the zone is ahead of UTC then: +03:00 */
  offset(at: Date): string {
    this.#local(at);
    return this.#offsetText;
  }

  /** 2026-03-01T14:05:09+03:00 */
  iso(at: Date): string {
    return `${this.day(at)}T${this.time(at)}${this.offset(at)}`;
  }

  /** Days since 1970-01-01 on the zone's calendar. */
  dayNumber(at: Date): number {
    return Math.floor(this.#local(at) / DAY);
  }

  /** Whole seconds that the zone's clock shows since midnight. */
  secondOfDay(at: Date): number {
    return Math.floor((this.#local(at) - this.dayNumber(at) * DAY) / SECOND);
  }

  /** The zone's calendar and clock, as milliseconds since its 1970. */
  #local(at: Date): number {
    const moment = at.getTime();
    if (!(moment >= this.#known.from && moment < this.#known.to)) this.#learn(moment);
    return moment + this.#known.offset;
  }

  /** Finds what the zone is ahead of UTC: the same for a whole day of UTC, unless the clocks change in it. */
  #learn(moment: number): void {
    const day = Math.floor(moment / DAY) * DAY;
    const offset = this.#read(day);
    if (this.#read(day + DAY) === offset) this.#known = { from: day, to: day + DAY, offset };
    else {
      const quarter = Math.floor(moment / QUARTER_MS) * QUARTER_MS;
      this.#known = { from: quarter, to: quarter + QUARTER_MS, offset: this.#read(quarter) };
    }
    const minutes = Math.abs(this.#known.offset) / 60_000;
    const sign = this.#known.offset < 0 ? '-' : '+';
    this.#offsetText = `${sign}${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}`;
  }

  /** What the zone is ahead of UTC at that moment. */
  #read(moment: number): number {
    const part = Object.fromEntries(
      this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - moment;
  }
}
