import { ZxcvbnFactory } from '@zxcvbn-ts/core';

/**
 * A first guess at how easily a password is guessed, 0 to 4: patterns, dates, repetitions and the owner's own words,
 * without the lists of common words, which would weigh more than the rest of the page. The server has those.
 */
export function estimator(ownWords: readonly string[]): (password: string) => number {
  const zxcvbn = new ZxcvbnFactory({ dictionary: { own: [...ownWords] } });
  return (password) => zxcvbn.check(password.slice(0, 48)).score;
}
