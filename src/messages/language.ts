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

/** A moment as people say it: the time, with the day unless it is today. */
export function momentIn(language: Language, timeZone: string, at: Date, now: Date): string {
  const day = (moment: Date) =>
    moment.toLocaleDateString(language, { timeZone, day: 'numeric', month: 'long' });
  const time = at.toLocaleTimeString(language, { timeZone });
  return day(at) === day(now) ? time : `${day(at)}, ${time}`;
}
