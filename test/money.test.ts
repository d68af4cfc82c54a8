import { expect, test } from 'vitest';
import { formatMoney, toDecimal } from '../src/money.ts';

test.each([
  [14_990n, 'RUB', '149.90'],
  [5n, 'RUB', '0.05'],
  [0n, 'RUB', '0.00'],
  [-5n, 'RUB', '-0.05'],
  [-123_456n, 'RUB', '-1234.56'],
  [149n, 'JPY', '149'],
  [1_234n, 'KWD', '1.234'],
  [9_007_199_254_740_993n, 'RUB', '90071992547409.93'],
] as const)('%s minor units of %s are %s', (amount, currency, text) => {
  expect(toDecimal(amount, currency)).toBe(text);
});

test('a person reads an amount in their own way', () => {
  expect(formatMoney(14_990n, 'RUB', 'ru').replaceAll(/\s/g, ' ')).toBe('149,90 ₽');
  expect(formatMoney(14_990n, 'RUB', 'en')).toBe('RUB 149.90'.replace(' ', '\u00a0'));
});
