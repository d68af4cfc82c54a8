import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Config } from '../config.ts';
import type { Language } from '../generated/prisma/enums.ts';
import { passwordAdvice } from '../messages/password-advice.ts';
import type { SecretText } from '../secrets.ts';
import type { PasswordTooWeak } from './errors.ts';
import type { Judgement, ToJudge } from './password-judge.ts';
import { numberParts, spellings } from './password-words.ts';

/** Judging takes longer the longer the text; what follows can only make it stronger. */
const JUDGED_LENGTH = 48;
const IDLE_MS = 60_000;

export interface Owner {
  fullName: string;
  phoneNumber: string;
}

/**
 * Why a password is too easy to guess, null if it is not: by its length and zxcvbn's estimate, with the owner's own
 * words counting as known (NIST SP 800-63B, 5.1.1.2). No rules about kinds of characters.
 */
export async function weaknessOf(
  config: Pick<Config, 'PASSWORD_MIN_LENGTH' | 'PASSWORD_MAX_LENGTH' | 'PASSWORD_MIN_SCORE'>,
  password: SecretText,
  owner: Owner,
  language: Language,
): Promise<PasswordTooWeak | null> {
  const text = password.reveal().normalize('NFC');
  const judged = [...text].slice(0, JUDGED_LENGTH).join('');
  const { score, ...found } = await judge({ text: judged, ownWords: ownWords(owner) });
  const suggestions = passwordAdvice(language, withCase(found, judged));
  const weak: PasswordTooWeak = { __typename: 'PasswordTooWeak', score, suggestions };
  const [length, min, max] = [[...text].length, config.PASSWORD_MIN_LENGTH, config.PASSWORD_MAX_LENGTH];
  if (length < min || length > max) return { ...weak, length: { min, max } };
  return score < config.PASSWORD_MIN_SCORE ? weak : null;
}

const ownWords = ({ fullName, phoneNumber }: Owner): string[] => [
  ...fullName.split(/\s+/).filter(Boolean).flatMap(spellings),
  ...numberParts(phoneNumber),
];

/** zxcvbn knows the case of Latin letters only, and takes «Наташа» for capitals throughout. */
function withCase(found: Omit<Judgement, 'score'>, text: string): Omit<Judgement, 'score'> {
  if (text === text.toUpperCase()) return found;
  const suggestions = found.suggestions.map((key) => (key === 'allUppercase' ? 'capitalization' : key));
  return { ...found, suggestions };
}

let thread: Piscina<ToJudge, Judgement> | undefined;

/** One thread, started when the first password is to be judged, and gone when there have been none for a while. */
function judge(task: ToJudge): Promise<Judgement> {
  const here = new URL(import.meta.url);
  thread ??= new Piscina<ToJudge, Judgement>({
    filename: new URL(`./password-judge${extname(here.pathname)}`, here).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
  });
  return thread.run(task);
}
