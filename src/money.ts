/** An amount in the currency's minor units (kopecks). */
export type MinorUnits = bigint;

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

const digits = new Map<string, number>();

/** How many digits stand after the decimal mark: 2 for RUB, 0 for JPY (ISO 4217). */
export function fractionDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) digits.set(currency, (known = digitsOf(currency)));
  return known;
}

/** "149.90" for 14990n RUB: all of the currency's fraction digits (ISO 4217), never an exponent. */
export function toDecimal(amount: MinorUnits, currency: string): string {
  const places = fractionDigits(currency);
  const sign = amount < 0n ? '-' : '';
  const text = (amount < 0n ? -amount : amount).toString().padStart(places + 1, '0');
  return places ? `${sign}${text.slice(0, -places)}.${text.slice(-places)}` : sign + text;
}

/** The amount as a person reads it: "149,90 ₽". */
export const formatMoney = (amount: MinorUnits, currency: string, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency }).format(
    toDecimal(amount, currency) as `${number}`,
  );

/** 14990n for "149.90" RUB; undefined for what is no exact amount of the currency. */
export function parseDecimal(text: string, currency: string): MinorUnits | undefined {
  const places = fractionDigits(currency);
  const [, sign = '', whole, fraction = ''] = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.length > places) return undefined;
  return BigInt(`${sign}${whole}${fraction.padEnd(places, '0')}`);
}
