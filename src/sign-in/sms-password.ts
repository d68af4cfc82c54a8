import type { Random } from '../ports/random.ts';
import { SecretText } from '../secrets.ts';
import { encodingOf } from '../sms-encoding.ts';

/** 32 signs that are not mistaken for one another: 5 bits each. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 8;

export const newSmsPassword = (random: Random): SecretText =>
  new SecretText(Array.from({ length: LENGTH }, () => ALPHABET[random.below(ALPHABET.length)]).join(''));

/**
 * The text with the line that lets a browser fill the password in (WebOTP, "origin-bound one-time codes"), where
 * both fit into one segment.
 */
export function withWebOtp(text: string, code: SecretText, publicUrl: string): string {
  const withLine = `${text}\n@${new URL(publicUrl).hostname} #${code.reveal()}`;
  return encodingOf(withLine).segments === 1 ? withLine : text;
}
