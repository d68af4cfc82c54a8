import type { Config } from '../config.ts';
import type { TryRule } from '../limits/tries.ts';
import type { PhoneNumber } from '../phone-number.ts';

const DAY_S = 86_400;

const inARow = (config: Config, subject: string): TryRule => ({
  subject,
  allowed: config.SIGN_IN_TRIES,
  counts: 'streak',
  seconds: config.SIGN_IN_PAUSE_MINUTES * 60,
});

/** Wrong tries for a number from wherever they come; the one rule that a new SMS password lifts. */
export const triesForNumber = (config: Config, phoneNumber: PhoneNumber): TryRule => ({
  subject: `sign-in/${phoneNumber}`,
  allowed: config.SIGN_IN_TRIES_PER_DAY,
  counts: 'total',
  seconds: DAY_S,
});

/** A device that has signed in to this line before counts by itself alone: strangers cannot lock it out. */
export const triesForSignIn = (
  config: Config,
  phoneNumber: PhoneNumber,
  { address, device }: { address: string; device: string | undefined },
): TryRule[] =>
  device
    ? [inARow(config, `sign-in/device/${device}`)]
    : [inARow(config, `sign-in/${phoneNumber}/${address}`), triesForNumber(config, phoneNumber)];

/** Who has a session may still not guess the password that it was opened with. */
export const triesForChange = (config: Config, subscriberId: string): TryRule[] => [
  inARow(config, `change-password/${subscriberId}`),
];
