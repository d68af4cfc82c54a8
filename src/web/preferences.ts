import { keep, recall } from './kept.ts';
import { Store, useStore } from './store.ts';

export const LANGUAGES = ['ru', 'en', 'nl'] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

interface Preferences {
  /** Absent: what the browser asks for. */
  language?: Language | undefined;
  theme?: Theme | undefined;
}

const KEY = 'preferences';
const kept = (): Preferences => (recall(KEY) as Preferences | undefined) ?? {};
const preferences = new Store<Preferences>(kept());

/** Another tab's choice counts here, too. */
addEventListener('storage', ({ key }) => {
  if (key === KEY) change(kept());
});

export function prefer(changed: Preferences): void {
  change({ ...preferences.get(), ...changed });
  keep(KEY, preferences.get());
}

function change(now: Preferences): void {
  preferences.set(now);
  const { lang, dataset } = document.documentElement;
  if (lang !== language()) document.documentElement.lang = language();
  if (now.theme && now.theme !== 'system') dataset['theme'] = now.theme;
  else delete dataset['theme'];
}

const isOurs = (tag: string): tag is Language => LANGUAGES.includes(tag as Language);

/** The chosen language, or the first of the browser's that we speak, or Russian, as the server decides as well. */
export function language(): Language {
  const asked = navigator.languages.map((tag) => tag.split('-')[0]!.toLowerCase());
  return preferences.get().language ?? asked.find(isOurs) ?? 'ru';
}

export function usePreferences(): { language: Language; theme: Theme } {
  const { theme = 'system' } = useStore(preferences);
  return { language: language(), theme };
}

document.documentElement.lang = language();
