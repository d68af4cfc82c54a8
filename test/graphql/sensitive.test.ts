import { parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { oneSensitiveField } from '../../src/graphql/sensitive.ts';
import { schema } from '../../src/graphql/schema.ts';

/** Each with what it takes to be valid. */
const ABOUT_WHO_ONE_IS = {
  createCaptcha: 'createCaptcha { id }',
  requestSmsPassword:
    'requestSmsPassword(input: { phoneNumber: "1", captchaId: "1", captchaAnswer: "1" }) { __typename }',
  signIn: 'signIn(input: { phoneNumber: "1", password: "1" }) { __typename }',
  refreshSession: 'refreshSession(input: {}) { __typename }',
  signOut: 'signOut { sessionsEnded }',
  changePassword: 'changePassword(input: { currentPassword: "1", newPassword: "1" }) { __typename }',
  assistServiceOrder: `assistServiceOrder(input:
    { subscriberId: "U3Vic2NyaWJlcjox", kind: ACTIVATE, serviceCode: "A", idempotencyKey: "1" }) { __typename }`,
};
const ORDINARY = 'activateService(input: { serviceCode: "A", idempotencyKey: "1" }) { __typename }';

const refusals = (document: string): string[] =>
  validate(schema, parse(document), [...specifiedRules, oneSensitiveField]).map(({ message }) => message);

describe.each(Object.entries(ABOUT_WHO_ONE_IS))('%s', (name, field) => {
  const alone = [`\`${name}\` stands alone in its operation.`];

  test('stands alone: not twice, not beside another', () => {
    expect(refusals(`mutation { ${field} }`)).toEqual([]);
    expect(refusals(`mutation { __typename ${field} }`)).toEqual([]);
    expect(refusals(`mutation { a: ${field} b: ${field} }`)).toEqual(alone);
    expect(refusals(`mutation { ${ORDINARY} ${field} }`)).toEqual(alone);
  });

  test('no fragment hides it', () => {
    const spread = `fragment Own on Mutation { ${field} } fragment Other on Mutation { ...Own }`;
    expect(refusals(`mutation { ${ORDINARY} ...Other } ${spread}`)).toEqual(alone);
    expect(refusals(`mutation { ${ORDINARY} ... on Mutation { ... { ${field} } } }`)).toEqual(alone);
    expect(refusals(`mutation { ...Own ...Other } ${spread}`)).toEqual(alone);
  });
});

test('what is not about who one is may stand beside others', () => {
  expect(refusals(`mutation { a: ${ORDINARY} b: ${ORDINARY} }`)).toEqual([]);
});

test('what one operation of a document holds does not count for another', () => {
  expect(refusals(`mutation A { ${ABOUT_WHO_ONE_IS.signOut} } mutation B { ${ORDINARY} }`)).toEqual([]);
});
