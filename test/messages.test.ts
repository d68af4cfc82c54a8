import { expect, test } from 'vitest';
import { encodingOf } from '../src/sms-encoding.ts';
import { momentIn, negotiateLanguage, textIn } from '../src/messages/language.ts';
import { messagesIn, NOTICES } from '../src/messages/messages.ts';
import { transliterate } from '../src/messages/transliterate.ts';
import { withWebOtp } from '../src/sign-in/sms-password.ts';
import { SecretText } from '../src/secrets.ts';

test.each([
  [undefined, 'ru'],
  ['', 'ru'],
  ['en', 'en'],
  ['nl-BE,nl;q=0.9,en;q=0.5', 'nl'],
  ['de,fr;q=0.5', 'ru'],
  ['en;q=0.1,nl;q=0.9', 'nl'],
  ['*', 'ru'],
  [';;;=,', 'ru'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(negotiateLanguage(header)).toBe(language);
});

test('a text that is missing falls back nl → en → ru', () => {
  expect(textIn('nl', { ru: 'р', en: 'e', nl: 'n' })).toBe('n');
  expect(textIn('nl', { ru: 'р', en: 'e' })).toBe('e');
  expect(textIn('en', { ru: 'р', nl: 'n' })).toBe('р');
});

test.each([
  ['ru', 'Europe/Moscow', '2026-03-08T12:30:00Z', '15:30'],
  ['en', 'Europe/Moscow', '2026-03-08T12:30:00Z', '15:30'],
  ['nl', 'Europe/Moscow', '2026-03-08T12:30:00Z', '15:30'],
  ['en', 'Asia/Vladivostok', '2026-03-08T12:30:00Z', '22:30'],
  // A minute that has begun is over at its end
  ['en', 'Europe/Moscow', '2026-03-08T12:30:00.001Z', '15:31'],
  ['ru', 'Europe/Moscow', '2026-03-09T06:05:00Z', '9 марта, 09:05'],
  ['en', 'Europe/Moscow', '2026-03-08T21:00:00Z', '9 March, 00:00'],
  ['nl', 'Europe/Moscow', '2026-03-09T06:05:00Z', '9 maart, 09:05'],
] as const)('in %s, in %s, %s is %s', (language, zone, at, said) => {
  expect(momentIn(language, zone, new Date(at), new Date('2026-03-08T10:00:00Z'))).toBe(said);
});

test.each(['ru', 'en', 'nl'] as const)(
  'the SMS in %s fits one segment, with its WebOTP line on a short domain',
  (language) => {
    const text = messagesIn(language).smsPassword('ABCDEFGH', 99);
    expect(encodingOf(text).segments).toBe(1);
    expect(encodingOf(transliterate(text)).segments).toBe(1);
    const secret = new SecretText('ABCDEFGH');
    const withLine = withWebOtp(text, secret, 'https://my.op.ru');
    expect(withLine).toMatch(/\n@my\.op\.ru #ABCDEFGH$/);
    expect(encodingOf(withLine).segments).toBe(1);
    expect(withWebOtp(text, secret, `https://${'a-very-long-operator-name.'.repeat(5)}example`)).toBe(text);
  },
);

test('the WebOTP line comes with as much as a segment of that alphabet holds', () => {
  const [secret, url] = [new SecretText('ABCDEFGH'), 'https://self-care.operator.example'];
  const text = messagesIn('ru').smsPassword('ABCDEFGH', 99);
  expect(withWebOtp(text, secret, url)).toBe(text);
  expect(withWebOtp(transliterate(text), secret, url)).toMatch(/\n@self-care\.operator\.example #ABCDEFGH$/);
});

test.each(['ru', 'en', 'nl'] as const)('each notice in %s fits one segment', (language) => {
  for (const notice of NOTICES)
    expect(encodingOf(messagesIn(language).notices[notice]).segments, notice).toBe(1);
});

test('Russian in Latin letters keeps its meaning and its capitals', () => {
  expect(transliterate('Пароль № 2: ЩУКА, ёлка — «объезд»')).toBe('Parol No. 2: ShchUKA, elka - "obieezd"');
});

test.each([
  ['Hello', 'GSM7', 1],
  ['x'.repeat(160), 'GSM7', 1],
  ['x'.repeat(161), 'GSM7', 2],
  ['€'.repeat(80), 'GSM7', 1],
  ['€'.repeat(81), 'GSM7', 2],
  ['Привет', 'UCS2', 1],
  ['п'.repeat(70), 'UCS2', 1],
  ['п'.repeat(71), 'UCS2', 2],
  ['п'.repeat(135), 'UCS2', 3],
] as const)('%.10s… travels as %s in %i', (text, encoding, segments) => {
  expect(encodingOf(text)).toEqual({ encoding, segments });
});

test('a secret shows nowhere but where it is revealed', async () => {
  const { inspect } = await import('node:util');
  const secret = new SecretText('hunter2');
  expect(
    [String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ secret })].join(),
  ).not.toContain('hunter2');
  expect(secret.reveal()).toBe('hunter2');
});
