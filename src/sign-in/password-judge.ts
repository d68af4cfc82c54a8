import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import { russianDictionary } from './password-words.ts';

export interface ToJudge {
  text: string;
  /** What somebody who knows the owner would try first. */
  ownWords: string[];
}

export interface Judgement {
  /** 0 (guessed at once) to 4. */
  score: number;
  /** zxcvbn's keys for what it found. */
  warning: string | null;
  suggestions: string[];
}

/** Without texts of its own zxcvbn answers with the keys of what it found; we say it ourselves. */
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary, ...russianDictionary() },
  graphs: common.adjacencyGraphs,
  // Each of them is a judgement of its own; ten find what people do
  l33tMaxSubstitutions: 10,
});

/** Runs in a thread of its own: word lists take 100 MB and half a second to load, and a hostile text long to judge. */
export default function judge({ text, ownWords }: ToJudge): Judgement {
  // Blanks and dashes between common words look like more than they are
  const [weakest] = [text, text.replaceAll(/[\s_-]/g, '')]
    .map((spelled) => zxcvbn.check(spelled, ownWords))
    .toSorted((a, b) => a.score - b.score);
  const { score, feedback } = weakest!;
  return { score, warning: feedback.warning, suggestions: feedback.suggestions };
}
