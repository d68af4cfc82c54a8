import { createContext, useContext } from 'react';
import { type Format, formatIn } from '../format.ts';
import { loadPart } from '../load.ts';
import type { Language } from '../preferences.ts';
import type { Texts } from './ru.ts';

/** What to say and how to write it, in one language. */
export interface Words {
  language: Language;
  t: Texts;
  f: Format;
}

/** Only the language that is read is loaded. */
const LOADERS: Record<Language, () => Promise<Texts>> = {
  ru: () => import('./ru.ts').then(({ ru }) => ru),
  en: () => import('./en.ts').then(({ en }) => en),
  nl: () => import('./nl.ts').then(({ nl }) => nl),
};

export const loadWords = async (language: Language): Promise<Words> => ({
  language,
  t: await loadPart(language, LOADERS[language]),
  f: formatIn(language),
});

export const WordsContext = createContext<Words | undefined>(undefined);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('Nothing is drawn before its words are there');
  return words;
}
