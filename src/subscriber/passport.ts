import type { Secrets } from '../secrets.ts';

/** A passport as a person reads it out. */
export interface Passport {
  series?: string | null | undefined;
  number: string;
}

/** One spelling for each passport: series and number in a row, without what stands between. */
export const passportText = ({ series, number }: Passport): string =>
  `${series ?? ''}${number}`.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const bound = (subscriberId: string, passport: Passport): string =>
  `${subscriberId}/${passportText(passport)}`;

/** What is kept of a passport: enough to compare with, bound to its line, useless without our keys. */
export const passportDigest = (secrets: Secrets, subscriberId: string, passport: Passport): string =>
  secrets.tag('passport', bound(subscriberId, passport));

export const isPassport = (
  secrets: Secrets,
  subscriberId: string,
  passport: Passport,
  digest: string | null,
): boolean => digest !== null && secrets.matches('passport', bound(subscriberId, passport), digest);
