import type { Language } from '../generated/prisma/enums.ts';
import { printable } from './text.ts';

/** How CSV is written for those who speak a language. */
export interface CsvDialect {
  separator: string;
  decimal: string;
  /** A text as a cell: quoted where it must be, and never a formula. */
  cell(text: string): string;
}

/**
 * What Excel takes for the separator and for the decimal mark where the language is spoken. A `sep=` line would say
 * the first, but then Excel no longer believes the byte order mark and spoils every letter that is not Latin; and
 * other readers would take that line for data.
 */
const MARKS: Record<Language, { separator: string; decimal: string }> = {
  ru: { separator: ';', decimal: ',' },
  nl: { separator: ';', decimal: ',' },
  en: { separator: ',', decimal: '.' },
};

/** What a spreadsheet takes for a formula, its signs in either width (OWASP, CSV injection). */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

export const LINE_END = '\r\n';

export function csvDialect(language: Language): CsvDialect {
  const { separator, decimal } = MARKS[language];
  const quoted = new RegExp(`["\\r\\n${separator}]`);
  const cell = (text: string) => {
    const clean = printable(text);
    const harmless = FORMULA.test(clean) ? `'${clean}` : clean;
    return quoted.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  return { separator, decimal, cell };
}
