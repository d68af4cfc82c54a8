import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** A phone number in E.164 with its plus: one spelling for each line. */
export type PhoneNumber = string & { readonly brand: 'PhoneNumber' };

/**
 * The canonical number for what a person typed ("8 916 …", "007…", spaces, dashes); undefined if it is no number
 * of the national plan or of another.
 */
export function parsePhoneNumber(typed: string, country: string): PhoneNumber | undefined {
  if (typed.length > 40) return undefined;
  // ITU-T E.123: 00 is the international prefix, whatever the country's own is
  const international = typed.trim().replace(/^00(?=[1-9])/, '+');
  const parsed = parsePhoneNumberFromString(international, country as CountryCode);
  return parsed?.isValid() ? (parsed.number as PhoneNumber) : undefined;
}

/** A number as people read it, with its country's code in front; it breaks over no line. */
export const spellPhoneNumber = (number: string): string =>
  (parsePhoneNumberFromString(number)?.formatInternational() ?? number)
    // As it is written in Russia
    .replace(/^(\+7 \d{3} \d{3}) (\d\d) (\d\d)$/, '$1-$2-$3')
    .replaceAll(' ', '\u00a0');
