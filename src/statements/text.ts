/** Control characters that no format can carry, and halves of a character. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\uFFFE\uFFFF]|\p{Surrogate}/gu;
const SUSPECT = /[^\x20-\x7E\u00A0-\uD7FF]/;
/** Spaces that are not kept in an attribute as they are stand as references (XML 1.0, 3.3.3). */
const MARKUP = /[&<>"'\t\n\r]/g;
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** The text with a replacement character for whatever cannot be printed. */
export const printable = (text: string): string =>
  SUSPECT.test(text) ? text.replace(UNPRINTABLE, '\uFFFD') : text;

/** The text within XML or HTML, in an element or an attribute. */
export const escaped = (text: string): string => printable(text).replace(MARKUP, (char) => ESCAPES[char]!);
