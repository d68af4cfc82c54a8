import type { Random } from '../ports/random.ts';
import { SecretText } from '../secrets.ts';

/** 32 signs that are not mistaken for one another: 5 bits each. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 8;
/** What one SMS in UCS-2 holds (3GPP TS 23.040). */
const SEGMENT = 70;

export const newSmsPassword = (random: Random): SecretText =>
  new SecretText(Array.from({ length: LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]).join(''));

/**
 * The text with the line that lets a browser fill the password in (WebOTP, "origin-bound one-time codes"), where
 * both fit into one segment.
 */
export function withWebOtp(text: string, code: SecretText, publicUrl: string): string {
  const withLine = `${text}\n@${new URL(publicUrl).hostname} #${code.reveal()}`;
  return withLine.length <= SEGMENT ? withLine : text;
}
