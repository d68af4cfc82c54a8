import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Language } from '../../src/generated/prisma/enums.ts';
import { SecretText } from '../../src/secrets.ts';
import { weaknessOf } from '../../src/sign-in/password-strength.ts';
import { rounds } from '../support/rounds.ts';

const POLICY = { PASSWORD_MIN_LENGTH: 8, PASSWORD_MAX_LENGTH: 128, PASSWORD_MIN_SCORE: 3 };
const OWNER = { fullName: 'Иван Кузнецов', phoneNumber: '+79161234509' };
const judge = (text: string, language: Language = 'ru') =>
  weaknessOf(POLICY, new SecretText(text), OWNER, language);

describe('too easy to guess', () => {
  test.each([
    ['common ones', ['password1', 'qwerty123', 'iloveyou', '1q2w3e4r5t', 'P@ssw0rd!', 'Passw0rd2024!']],
    ['common Russian ones', ['пароль123', 'Наташа1985', 'солнышко', 'йцукенгш', 'Спартак1922', 'люблюмаму']],
    ['Russian on Latin keys', ['gfhjkm123', 'Gfhjkm2020', 'yfnfif1985', 'cjkysirj1', 'k.,jdm123']],
    ['Russian in Latin letters', ['parol12345', 'solnyshko1', 'privet2024', 'natasha85!']],
    [
      'the owner’s name, however typed',
      ['Кузнецов2020', 'kuznetsov20', 'repytwjd2020', 'ИВАН12345', 'IvanKuznetsov'],
    ],
    [
      'the owner’s number and its pieces',
      ['79161234509', '+79161234509', '89161234509', '9161234509!', '1234509!', 'a234509b'],
    ],
    ['rows of keys', ['qwertyuiop', 'zxcvbnm,.', 'йцукенгшщз', 'фывапролдж', '1qaz2wsx']],
    ['dates', ['01.02.1990', '19900201', '1990-02-01']],
    [
      'repeats',
      ['a'.repeat(100), 'парольпарольпароль', 'привет привет', 'hello hello', 'abcabcabcabc', '12121212'],
    ],
  ])('%s', async (_what, passwords) => {
    for (const password of passwords)
      expect(await judge(password), password).toMatchObject({ __typename: 'PasswordTooWeak' });
  });
});

describe('hard enough', () => {
  test.each([
    'correct horse battery staple',
    'заяц тоннель варежка мост',
    'groene fiets molen kaas',
    'k7#Qz!v9Lm',
    'тихо😀лошадь скрепка',
    'дом на краю леса и пруд',
    'Wq8zJr2mXd',
  ])('%s', async (password) => {
    expect(await judge(password)).toBeNull();
  });
});

describe('its length', () => {
  test('is counted in characters as people see them', async () => {
    expect(await judge('k7#Qz!v')).toMatchObject({ length: { min: 8, max: 128 } });
    expect(await judge('k7#Qz!v9')).not.toHaveProperty('length');
    const long = 'зелёный чайник поёт 7 ';
    expect(await judge(long.repeat(6).slice(0, 128))).toBeNull();
    expect(await judge(long.repeat(6).slice(0, 129))).toMatchObject({ length: { min: 8, max: 128 } });
    expect(await judge('😀🚲🐟🌂')).toMatchObject({ length: { min: 8, max: 128 } });
    expect(await judge('😀🚲🐟🌂🎺🧦🍋🛶')).toBeNull();
  });
});

describe('what would make it better is said', () => {
  const weak = [
    'password',
    'пароль123',
    'Кузнецов2020',
    '01.02.1990',
    'aaaaaaaaaa',
    'short',
    'qwertyuiop',
    'P@ssw0rd!',
  ];

  test.each(['ru', 'en', 'nl'] as const)('in the language of the request: %s', async (language) => {
    for (const password of weak) {
      const { suggestions } = (await judge(password, language))!;
      expect(suggestions.length).toBeGreaterThan(0);
      expect(suggestions.length).toBeLessThanOrEqual(3);
      expect(new Set(suggestions).size).toBe(suggestions.length);
      for (const sentence of suggestions) {
        expect(sentence).toMatch(/^[\p{L}«"].*\.$/u);
        expect(/[а-яё]{3}/i.test(sentence)).toBe(language === 'ru');
      }
    }
  });

  test('by what is wrong with it', async () => {
    const saidOf = async (password: string) => (await judge(password, 'en'))!.suggestions[0];
    expect(await saidOf('Кузнецов2020')).toBe('Leave out your name and your number.');
    expect(await saidOf('01.02.1990')).toBe('A date is quickly found.');
    expect(await saidOf('aaaaaaaaaa')).toBe('One character again and again adds next to nothing.');
    expect((await judge('Наташа85', 'en'))!.suggestions).not.toContain(
      'Capitals throughout make it no harder.',
    );
  });
});

test(
  'any text is judged and advised on, and the owner’s name with one sign after it is never strong',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 140 }), async (text) => {
        const weakness = await judge(text);
        if (weakness) {
          expect(weakness.score).toBeGreaterThanOrEqual(0);
          expect(weakness.score).toBeLessThanOrEqual(4);
          expect(weakness.suggestions.length).toBeGreaterThan(0);
        }
        const owns = await judge(`Кузнецов${text.slice(0, 1)}`);
        expect(owns).not.toBeNull();
      }),
      { numRuns: rounds(50, 1_000) },
    );
  },
);
