/** What may be refused on the way in; each is a member of a result union of the contract. */
export type SignInFailure =
  | { __typename: 'InvalidPhoneNumber' }
  | { __typename: 'CaptchaRejected' }
  | { __typename: 'TooManyRequests'; retryAt: Date }
  | { __typename: 'InvalidCredentials' }
  | { __typename: 'SmsPasswordExpired' }
  | { __typename: 'SmsPasswordSuperseded'; typedNumber: number; currentNumber: number }
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
