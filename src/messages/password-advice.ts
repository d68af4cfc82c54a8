import type { TranslationKeys } from '@zxcvbn-ts/core';
import type { Language } from '../generated/prisma/enums.ts';

type Advice = Pick<TranslationKeys, 'warnings' | 'suggestions'>;

const ru: Advice = {
  warnings: {
    straightRow: 'Клавиши, стоящие подряд, подбирают в первую очередь.',
    keyPattern: 'Короткие узоры на клавиатуре легко угадать.',
    simpleRepeat: 'Повтор одного знака почти ничего не добавляет.',
    extendedRepeat: 'Повтор одного и того же куска легко угадать.',
    sequences: 'Ряды вроде «abc» или «4321» легко угадать.',
    recentYears: 'Недавние годы легко угадать.',
    dates: 'Даты легко угадать.',
    topTen: 'Это один из десяти самых частых паролей.',
    topHundred: 'Это один из самых частых паролей.',
    common: 'Этот пароль встречается слишком часто.',
    similarToCommon: 'Этот пароль слишком похож на частый.',
    wordByItself: 'Одно слово легко угадать.',
    namesByThemselves: 'Одно имя или фамилию легко угадать.',
    commonNames: 'Распространённые имена и фамилии легко угадать.',
    userInputs: 'Не используйте своё имя и свой номер.',
    pwned: 'Этот пароль уже встречался в утечках.',
  },
  suggestions: {
    l33t: 'Замены букв похожими знаками, как «@» вместо «a», не спасают.',
    reverseWords: 'Слово задом наперёд угадывают так же легко.',
    allUppercase: 'Одни заглавные буквы не делают пароль сложнее.',
    capitalization: 'Заглавная буква в начале не делает пароль сложнее.',
    dates: 'Не берите даты и годы, связанные с вами.',
    recentYears: 'Не берите недавние годы.',
    associatedYears: 'Не берите годы, связанные с вами.',
    sequences: 'Не берите ряды знаков, идущих по порядку.',
    repeated: 'Не повторяйте слова и знаки.',
    longerKeyboardPattern: 'Если ведёте по клавишам, меняйте направление, и не раз.',
    anotherWord: 'Добавьте ещё одно-два редких слова.',
    useWords: 'Возьмите несколько слов, никак не связанных между собой.',
    noNeed: 'Заглавные буквы, цифры и знаки не обязательны.',
    pwned: 'Если этот пароль стоит у вас где-то ещё, смените его и там.',
  },
};

const en: Advice = {
  warnings: {
    straightRow: 'Keys that lie in a row are among the first to be tried.',
    keyPattern: 'A short pattern of keys is quickly found.',
    simpleRepeat: 'One character again and again adds next to nothing.',
    extendedRepeat: 'The same piece again and again is quickly found.',
    sequences: 'Rows like "abc" or "4321" are quickly found.',
    recentYears: 'The years just past are quickly found.',
    dates: 'A date is quickly found.',
    topTen: 'Hardly any password is used more often.',
    topHundred: 'Very many people use this password.',
    common: 'Too many people use this password.',
    similarToCommon: 'This is too much like a password that many people use.',
    wordByItself: 'A single word is quickly found.',
    namesByThemselves: 'A single name is quickly found.',
    commonNames: 'Well-known names are quickly found.',
    userInputs: 'Leave out your name and your number.',
    pwned: 'This password has been in a leak.',
  },
  suggestions: {
    l33t: 'Signs that look like letters, such as "@" for "a", do not help.',
    reverseWords: 'A word spelled backwards is found as quickly.',
    allUppercase: 'Capitals throughout make it no harder.',
    capitalization: 'A capital at the start makes it no harder.',
    dates: 'Leave out dates and years of your life.',
    recentYears: 'Leave out the years just past.',
    associatedYears: 'Leave out years of your life.',
    sequences: 'Leave out characters that follow one another.',
    repeated: 'Do not repeat words or characters.',
    longerKeyboardPattern: 'If you follow the keys, turn more than once.',
    anotherWord: 'Add another rare word or two.',
    useWords: 'Take several words that have nothing to do with one another.',
    noNeed: 'Capitals, digits and signs are not needed.',
    pwned: 'If you use it elsewhere, change it there, too.',
  },
};

const nl: Advice = {
  warnings: {
    straightRow: 'Toetsen op een rij worden als eerste geprobeerd.',
    keyPattern: 'Een kort patroon van toetsen is snel gevonden.',
    simpleRepeat: 'Steeds hetzelfde teken voegt bijna niets toe.',
    extendedRepeat: 'Steeds hetzelfde stukje is snel gevonden.',
    sequences: 'Reeksen als "abc" of "4321" zijn snel gevonden.',
    recentYears: 'De afgelopen jaren zijn snel geraden.',
    dates: 'Een datum is snel geraden.',
    topTen: 'Bijna geen wachtwoord komt vaker voor.',
    topHundred: 'Heel veel mensen gebruiken dit wachtwoord.',
    common: 'Te veel mensen gebruiken dit wachtwoord.',
    similarToCommon: 'Dit lijkt te veel op een veelgebruikt wachtwoord.',
    wordByItself: 'Eén los woord is snel geraden.',
    namesByThemselves: 'Eén losse naam is snel geraden.',
    commonNames: 'Bekende namen zijn snel geraden.',
    userInputs: 'Gebruik uw naam en uw nummer niet.',
    pwned: 'Dit wachtwoord stond al in een datalek.',
  },
  suggestions: {
    l33t: 'Tekens die op letters lijken, zoals "@" voor "a", helpen niet.',
    reverseWords: 'Een omgekeerd woord is even snel geraden.',
    allUppercase: 'Alleen hoofdletters maken het niet moeilijker.',
    capitalization: 'Een hoofdletter aan het begin maakt het niet moeilijker.',
    dates: 'Gebruik geen data en jaren uit uw leven.',
    recentYears: 'Gebruik de afgelopen jaren niet.',
    associatedYears: 'Gebruik geen jaren uit uw leven.',
    sequences: 'Gebruik geen tekens die op elkaar volgen.',
    repeated: 'Herhaal geen woorden en tekens.',
    longerKeyboardPattern: 'Volgt u de toetsen, verander dan vaker van richting.',
    anotherWord: 'Voeg nog een of twee zeldzame woorden toe.',
    useWords: 'Neem een paar woorden die niets met elkaar te maken hebben.',
    noNeed: 'Hoofdletters, cijfers en tekens hoeven niet.',
    pwned: 'Gebruikt u het ook elders, wijzig het dan ook daar.',
  },
};

const ALL: Record<Language, Advice> = { ru, en, nl };
const MOST = 3;

/** What would make a password better, in sentences; at least one, by what zxcvbn found. */
export function passwordAdvice(
  language: Language,
  { warning, suggestions }: { warning: string | null; suggestions: readonly string[] },
): string[] {
  const { warnings, suggestions: texts } = ALL[language];
  const said = [
    warnings[warning as keyof Advice['warnings']],
    ...suggestions.map((key) => texts[key as keyof Advice['suggestions']]),
    texts.useWords,
  ];
  return [...new Set(said.filter(Boolean))].slice(0, MOST);
}
