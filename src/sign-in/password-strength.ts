import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import type { Config } from '../config.ts';
import type { SecretText } from '../secrets.ts';
import type { PasswordTooWeak } from './errors.ts';

const judge = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});
/** Judging takes longer the longer the text; what follows can only make it stronger. */
const JUDGED_LENGTH = 64;

/**
 * Why a password is too easy to guess, null if it is not: by its length and zxcvbn's estimate, with the owner's own
 * words counting as known (NIST SP 800-63B, 5.1.1.2). No rules about kinds of characters.
 */
export function weaknessOf(
  config: Config,
  password: SecretText,
  ownWords: readonly string[],
): PasswordTooWeak | null {
  const text = password.reveal().normalize('NFC');
  const { score, feedback } = judge.check(text.slice(0, JUDGED_LENGTH), [...ownWords]);
  const weak: PasswordTooWeak = { __typename: 'PasswordTooWeak', score, suggestions: feedback.suggestions };
  const [length, min, max] = [[...text].length, config.PASSWORD_MIN_LENGTH, config.PASSWORD_MAX_LENGTH];
  if (length < min || length > max) return { ...weak, length: { min, max } };
  return score < config.PASSWORD_MIN_SCORE ? weak : null;
}
