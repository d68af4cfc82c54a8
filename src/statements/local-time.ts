const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** No zone changes its clocks but on the quarter of an hour. */
const QUARTER = 900 * SECOND;

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Calendar and clock of a time zone, quick for moments that follow one another. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  #quarter = Number.NaN;
  #offset = 0;
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
    const quarter = Math.floor(moment / QUARTER);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#offset = this.#read(at) - Math.floor(moment / SECOND) * SECOND;
      const minutes = Math.abs(this.#offset) / 60_000;
      const hours = Math.floor(minutes / 60);
      this.#offsetText = `${this.#offset < 0 ? '-' : '+'}${twoDigits[hours]}:${twoDigits[minutes % 60]}`;
    }
    return moment + this.#offset;
  }

  #read(at: Date): number {
    const part = Object.fromEntries(
      this.#format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  }
}
