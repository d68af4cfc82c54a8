import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { addressReader } from '../../src/http/address.ts';
import { addressSubject } from '../../src/limits/address.ts';

test('one address counts as one, however it is spelled', () => {
  const spellings = [
    '192.0.2.33',
    '192.0.2.33:8080',
    '::ffff:192.0.2.33',
    '::FFFF:192.0.2.33',
    '::ffff:c000:221',
    '0:0:0:0:0:ffff:c000:0221',
    '[::ffff:192.0.2.33]:443',
    ' 192.0.2.33 ',
  ];
  expect(new Set(spellings.map(addressSubject))).toEqual(new Set(['192.0.2.33']));
});

test('an IPv6 address counts as the /64 that its holder was given', () => {
  const same = [
    '2001:db8:1:2::1',
    '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
    '[2001:db8:1:2::abcd]:443',
    '2001:db8:1:2:a:b:c:d%eth0',
  ];
  expect(new Set(same.map(addressSubject))).toEqual(new Set(['2001:db8:1:2::/64']));
  expect(addressSubject('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
  for (const none of ['', 'unknown', '_hidden', '192.0.2', '1.2.3.4.5', "'; DROP TABLE tries; --"])
    expect(addressSubject(none) ?? '').not.toMatch(/[^0-9.]/);
});

describe('behind proxies', () => {
  const request = (peer: string, forwarded?: string) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress: peer },
      connection: { remoteAddress: peer },
    }) as unknown as IncomingMessage;

  test('without a trusted one the connection counts, whatever a header says', () => {
    expect(addressReader(0)(request('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });

  test('a connection that is gone has no address, and that is no error', () => {
    const gone = { headers: {}, socket: {}, connection: {} } as unknown as IncomingMessage;
    for (const trusted of [0, 1, ['10.0.0.0/8']]) expect(addressReader(trusted)(gone)).toBe('unknown');
  });

  test('with one in front, what it wrote counts, and what the client made up does not', () => {
    const read = addressReader(1);
    expect(read(request('10.0.0.1', '198.51.100.1'))).toBe('198.51.100.1');
    expect(read(request('10.0.0.1', '1.1.1.1, 2.2.2.2, 198.51.100.1'))).toBe('198.51.100.1');
    expect(read(request('10.0.0.1'))).toBe('10.0.0.1');
    expect(read(request('10.0.0.1', 'unknown'))).toBe('10.0.0.1');
  });

  test('named ones are believed, the first stranger before them counts', () => {
    const read = addressReader(['10.0.0.0/8', '2001:db8::1']);
    expect(read(request('10.0.0.1', '1.1.1.1, 198.51.100.1, 10.2.3.4'))).toBe('198.51.100.1');
    expect(read(request('2001:db8::1', '198.51.100.1'))).toBe('198.51.100.1');
    expect(read(request('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });
});
