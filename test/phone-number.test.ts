import { expect, test } from 'vitest';
import { parsePhoneNumber, spellPhoneNumber } from '../src/phone-number.ts';

test.each([
  '+79160000001',
  '8 916 000-00-01',
  '8(916)0000001',
  '9160000001',
  '007 916 000 00 01',
  '+7 (916) 000-00-01',
  '+7.916.000.00.01',
  ' +7 916 000 00 01 ',
])('“%s” is one number', (typed) => {
  expect(parsePhoneNumber(typed, 'RU')).toBe('+79160000001');
});

test.each(['', '0', '+', '112', 'allo', '+7916', '+79160000001234567', '1'.repeat(1_000)])(
  '“%.20s” is none',
  (typed) => {
    expect(parsePhoneNumber(typed, 'RU')).toBeUndefined();
  },
);

test.each([
  ['+79160000001', '+7 916 000-00-01'],
  ['+78001000000', '+7 800 100-00-00'],
  ['+31612345678', '+31 6 12345678'],
  ['+99912345', '+99912345'],
])('%s is read as “%s”, on one line', (number, read) => {
  expect(spellPhoneNumber(number)).toBe(read.replaceAll(' ', '\u00a0'));
});
