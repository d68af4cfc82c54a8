import type { Clock } from '../ports/clock.ts';

/** What may be refused on the way in; each is a member of a result union of the contract. */
export type SignInFailure =
  | { __typename: 'InvalidPhoneNumber' }
  | { __typename: 'CaptchaRejected' }
  | { __typename: 'TooManyRequests'; retryAt: Date }
  | { __typename: 'InvalidCredentials'; attemptsLeft: number | null }
  | { __typename: 'SmsPasswordExpired' }
  | { __typename: 'SmsPasswordSuperseded'; typedNumber: number; currentNumber: number }
  | { __typename: 'SignInLocked'; retryAt: Date | null }
  | { __typename: 'SessionExpired' }
  | PasswordTooWeak;

export interface PasswordTooWeak {
  __typename: 'PasswordTooWeak';
  /** 0 to 4, as zxcvbn judges. */
  score: number;
  suggestions: string[];
  /** Where its length is what is wrong: how long it may be. */
  length?: { min: number; max: number };
}

const BUSY_MS = 5_000;

/** More people type passwords at this moment than can be served: shortly there is room again. */
export const busyNow = (clock: Clock): Extract<SignInFailure, { __typename: 'TooManyRequests' }> => ({
  __typename: 'TooManyRequests',
  retryAt: new Date(clock.now().getTime() + BUSY_MS),
});
