import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compareWithContract } from '../support/contract.ts';
import { PENDING } from '../support/contract-pending.ts';

const printed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');

test('the printed schema keeps a contract made of itself', () => {
  expect(compareWithContract(printed, printed)).toEqual([]);
});

test.each([
  [
    'a field that is not there',
    'me: Subscriber',
    'me: Subscriber\n  you: Subscriber',
    'Query.you is missing',
  ],
  ['another nullability', 'me: Subscriber', 'me: Subscriber!', 'Query.me is Subscriber, not Subscriber!'],
  [
    'another default',
    'kind: CaptchaKind = IMAGE',
    'kind: CaptchaKind',
    'Mutation.createCaptcha(kind:) is CaptchaKind = IMAGE, not CaptchaKind',
  ],
  [
    'a value that is not there',
    'enum LineStatus {',
    'enum LineStatus {\n  LOST',
    'LineStatus.LOST is missing',
  ],
])('%s is found', (_what, from, to, fault) => {
  expect(printed).toContain(from);
  expect(compareWithContract(printed.replace(from, to), printed)).toEqual([fault]);
});

test('a field without a description is found', () => {
  const bare = printed.replace(/"""\s*The owner’s name\.\s*"""\s*fullName/, 'fullName');
  expect(compareWithContract(printed, bare)).toEqual(['Subscriber.fullName has no description']);
});

test('something that is pending no longer is found', () => {
  expect(compareWithContract(printed, printed, ['Query.me'])).toEqual([
    'Query.me is there: take it off the pending list',
  ]);
});

test('the pending list names each thing once', () => {
  expect(new Set(PENDING).size).toBe(PENDING.length);
});
