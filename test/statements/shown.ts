import { expect } from 'vitest';
import type { StatementRecord } from '../../src/statements/statement.ts';

// How a Russian statement of a line in Moscow shows what it holds, made in another way than ours.

const swedish = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Moscow',
  dateStyle: 'short',
  timeStyle: 'medium',
});
/** 2026-03-01 00:00:00, by Intl and not by us. */
export const localTime = (at: Date) => swedish.format(at);
/** As the table and the files for programs have it. */
export const decimal = (minor: bigint | number, mark = ',') => {
  const text = `${minor < 0 ? -minor : minor}`.padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${text.slice(0, -2)}${mark}${text.slice(-2)}`;
};
const human = new Intl.NumberFormat('ru', { minimumFractionDigits: 2 });
export const humanCost = (minor: bigint | number) => human.format(decimal(minor, '.') as `${number}`);
/** A length, a number or a size, as people read it. */
export const humanAmount = ({ kind, amount }: Pick<StatementRecord, 'kind' | 'amount'>) => {
  if (kind === 'SMS') return '1';
  if (kind === 'CALL') {
    const [hours, minutes, seconds] = [amount / 3600, (amount % 3600) / 60, amount % 60].map(Math.floor);
    const tail = String(seconds).padStart(2, '0');
    return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
  }
  if (amount < 1024) return `${amount}\u00a0Б`;
  if (amount < 1024 ** 2) return `${Math.round(amount / 1024).toLocaleString('ru')}\u00a0КБ`;
  return `${(amount / 1024 ** 2).toFixed(2).replace('.', ',')}\u00a0МБ`;
};
export const units = { CALL: 'с', SMS: 'шт.', DATA: 'байт' };
export const kinds = { CALL: 'Звонок', SMS: 'SMS', DATA: 'Интернет' };

/** The fonts of the PDF have one glyph for every kind of space. */
export const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

/** Where two long lists first differ, so that a failure can be read. */
export function expectSame<Row>(actual: readonly Row[], expected: readonly Row[]): void {
  const differing = expected.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(actual[index]));
  if (differing >= 0)
    expect({ differing, row: actual[differing] }).toEqual({ differing, row: expected[differing] });
  expect(actual.length).toBe(expected.length);
}
