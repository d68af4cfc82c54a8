import { GraphQLError, Kind } from 'graphql';
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
