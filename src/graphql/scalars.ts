import { GraphQLError, Kind } from 'graphql';
import { z } from 'zod';
import { parseDay } from '../calendar.ts';
import { builder } from './builder.ts';

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const DECIMAL = /^-?\d+(\.\d+)?$/;

function bad(what: string): GraphQLError {
  return new GraphQLError(`Expected ${what}.`);
}

const text = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw bad(what);
  return value;
};

builder.scalarType('DateTime', {
  description: 'A moment, RFC 3339 in UTC: 2026-11-22T15:00:00.000Z.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const given = text(value, 'a moment such as 2026-11-22T15:00:00Z');
    const moment = new Date(given);
    if (!RFC3339.test(given) || Number.isNaN(moment.getTime()))
      throw bad('a moment such as 2026-11-22T15:00:00Z');
    return moment;
  },
});

builder.scalarType('PhoneNumber', {
  description:
    'A phone number, E.164 with its plus: +79160000001. Input also takes the spellings that people type.',
  serialize: (value) => value,
  // What people type depends on the operator's country, which the resolvers know.
  parseValue: (value) => text(value, 'a phone number such as +79160000001'),
});

builder.scalarType('Decimal', {
  description: 'An exact amount of money as a string: "149.90".',
  serialize: (value) => value,
  parseValue: (value) => {
    const given = text(value, 'an amount such as "149.90"');
    if (!DECIMAL.test(given)) throw bad('an amount such as "149.90"');
    return given;
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING || !DECIMAL.test(node.value)) throw bad('an amount such as "149.90"');
    return node.value;
  },
});

builder.scalarType('Date', {
  description:
    'A calendar day, ISO 8601, in the line’s own time zone: 2026-11-22. Periods include both ends.',
  serialize: (value) => value,
  parseValue: (value) => {
    const day = parseDay(text(value, 'a day such as 2026-11-22'));
    if (!day) throw bad('a day such as 2026-11-22');
    return day;
  },
});

builder.scalarType('URL', {
  description: 'An address, RFC 3986.',
  serialize: (value) => value,
  parseValue: (value) => {
    const given = text(value, 'an address such as https://example.com');
    if (!URL.canParse(given)) throw bad('an address such as https://example.com');
    return given;
  },
});

const email = z.email().max(254);

builder.scalarType('EmailAddress', {
  description: 'An e-mail address: anna@example.com.',
  serialize: (value) => value,
  parseValue: (value) => {
    const given = email.safeParse(value);
    if (!given.success) throw bad('an address such as anna@example.com');
    return given.data;
  },
});
