import Negotiator from 'negotiator';
import type { Language } from '../generated/prisma/enums.ts';

const LANGUAGES: readonly Language[] = ['ru', 'en', 'nl'];

/** Spoken to who has not said what they speak. */
export const DEFAULT_LANGUAGE: Language = 'ru';

/** The language of an answer by the client's Accept-Language (RFC 9110, 12.5.4); Russian unless another is asked for. */
export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  if (!acceptLanguage) return DEFAULT_LANGUAGE;
  return (new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...LANGUAGES]) ??
    DEFAULT_LANGUAGE) as Language;
}

/** A catalogue text: Russian is always there, the others fall back nl → en → ru. */
export function textIn(language: Language, text: unknown): string {
  const { ru = '', en, nl } = text as Partial<Record<Language, string>>;
  if (language === 'ru') return ru;
  return (language === 'nl' ? nl : undefined) ?? en ?? ru;
}

const MINUTE_MS = 60_000;

/** English as it is written outside of America, with a day of 24 hours. */
const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : language);

/**
 * A moment from which on something can be done, as people say it: the time, with the day unless it is today. A minute
 * that has begun counts as whole, so that nobody comes too early.
 */
export function momentIn(language: Language, timeZone: string, at: Date, now: Date): string {
  const locale = localeOf(language);
  const from = new Date(Math.ceil(at.getTime() / MINUTE_MS) * MINUTE_MS);
  const day = (moment: Date) =>
    moment.toLocaleDateString(locale, { timeZone, day: 'numeric', month: 'long' });
  const time = from.toLocaleTimeString(locale, { timeZone, timeStyle: 'short' });
  return day(from) === day(now) ? time : `${day(from)}, ${time}`;
}
