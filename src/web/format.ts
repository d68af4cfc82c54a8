import type { Language } from './preferences.ts';

export interface Money {
  amount: string;
  currency: string;
}

export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
/** The form of a word that goes with a number. */
export type Plural = (count: number, forms: Forms) => string;

const LOCALES: Record<Language, string> = { ru: 'ru-RU', en: 'en-GB', nl: 'nl-NL' };
const KILO = 1_000;

export interface Format {
  plural: Plural;
  money: (money: Money) => string;
  /** Without its fraction where that is zero, for prices in running text. */
  price: (money: Money) => string;
  number: (value: number) => string;
  bytes: (value: number) => string;
  /** A calendar day: 2026-11-22. */
  day: (date: string) => string;
  shortDay: (date: string) => string;
  /** The day of a moment, in the line's zone. */
  date: (at: string, timeZone: string) => string;
  /** The day and the time of a moment, in the line's zone. */
  moment: (at: string, timeZone: string) => string;
  /** The time of a moment, in the line's zone; in the device's where no line is known. */
  time: (at: string, timeZone?: string) => string;
  /** Minutes and seconds that are left. */
  left: (ms: number) => string;
}

/** Numbers, money and dates as a language writes them. */
export function formatIn(language: Language): Format {
  const locale = LOCALES[language];
  const rules = new Intl.PluralRules(locale);
  const currency = (options: Intl.NumberFormatOptions) => (money: Money) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency, ...options }).format(
      // The exact text, not the nearest number
      money.amount as Intl.StringNumericLiteral,
    );
  const calendar = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    return (date: string) => formatter.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
  };
  return {
    plural: (count, forms) => forms[rules.select(count)] ?? forms.other,
    money: currency({}),
    price: currency({ trailingZeroDisplay: 'stripIfInteger' }),
    number: (value) => new Intl.NumberFormat(locale).format(value),
    bytes: (value) => bytesIn(locale, value),
    day: calendar({ day: 'numeric', month: 'long', year: 'numeric' }),
    shortDay: calendar({ day: 'numeric', month: 'short' }),
    date: (at, timeZone) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(new Date(at)),
    moment: (at, timeZone) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
        new Date(at),
      ),
    time: (at, timeZone) =>
      new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(new Date(at)),
    left: (ms) => {
      const seconds = Math.max(0, Math.ceil(ms / KILO));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
  };
}

function bytesIn(locale: string, value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, value)) / Math.log(KILO)));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power]!,
    maximumFractionDigits: 1,
  }).format(value / KILO ** power);
}

/** +79160000001 as people read it; numbers of other plans stay as they are. */
export const phone = (number: string): string =>
  number.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2-$3-$4').replaceAll(' ', '\u00a0');
