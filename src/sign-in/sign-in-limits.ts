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

const inADay = (config: Config, subject: string): TryRule => ({
  subject,
  allowed: config.SIGN_IN_TRIES_PER_DAY,
  counts: 'total',
  seconds: DAY_S,
});

/** Wrong tries for a number from wherever they come. */
const byStrangers = (config: Config, phoneNumber: PhoneNumber): TryRule =>
  inADay(config, `sign-in/${phoneNumber}`);

/** Wrong tries for a number by all devices that have signed in to it: who once could may have made any number of them. */
const byKnownDevices = (config: Config, phoneNumber: PhoneNumber): TryRule =>
  inADay(config, `sign-in/devices/${phoneNumber}`);

/** The rules that a new SMS password lifts. */
export const triesOfTheDay = (config: Config, phoneNumber: PhoneNumber): TryRule[] => [
  byStrangers(config, phoneNumber),
  byKnownDevices(config, phoneNumber),
];

/** A device that has signed in to this line before counts apart: strangers cannot lock it out. */
export const triesForSignIn = (
  config: Config,
  phoneNumber: PhoneNumber,
  { address, device }: { address: string; device: string | undefined },
): TryRule[] =>
  device
    ? [inARow(config, `sign-in/device/${device}`), byKnownDevices(config, phoneNumber)]
    : [inARow(config, `sign-in/${phoneNumber}/${address}`), byStrangers(config, phoneNumber)];

/** Who has a session may still not guess the password that it was opened with. */
export const triesForChange = (config: Config, subscriberId: string): TryRule[] => [
  inARow(config, `change-password/${subscriberId}`),
];
