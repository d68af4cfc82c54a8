import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LocalTime } from '../../src/statements/local-time.ts';

const ZONES = [
  'Europe/Moscow',
  'Europe/Amsterdam',
  'Asia/Kolkata',
  'America/St_Johns',
  'Pacific/Chatham',
  'UTC',
];

test('day, clock and offset are those that Intl has, at any moment, in any order', () => {
  const zones = ZONES.map((timeZone) => ({
    local: new LocalTime(timeZone),
    intl: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  }));
  const moments = fc.date({ min: new Date('2011-04-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(moments, { maxLength: 8 }), ({ local, intl }, dates) => {
      for (const at of dates) {
        const [day, time] = intl.format(at).split(' ');
        expect([local.day(at), local.time(at)]).toEqual([day, time]);
        expect(new Date(local.iso(at)).getTime()).toBe(Math.floor(at.getTime() / 1_000) * 1_000);
      }
    }),
    { numRuns: 300 },
  );
});

test('the hour that comes twice is told apart by its offset', () => {
  const local = new LocalTime('Europe/Amsterdam');
  const at = (iso: string) => local.iso(new Date(iso));
  expect(at('2026-10-25T00:59:59.999Z')).toBe('2026-10-25T02:59:59+02:00');
  expect(at('2026-10-25T01:00:00.000Z')).toBe('2026-10-25T02:00:00+01:00');
  expect(at('2026-03-29T00:59:59Z')).toBe('2026-03-29T01:59:59+01:00');
  expect(at('2026-03-29T01:00:00Z')).toBe('2026-03-29T03:00:00+02:00');
});
