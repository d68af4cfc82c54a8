import { failureRef, plainFailure, UserError } from '../graphql/failures.ts';

export const InvalidPhoneNumber = plainFailure('InvalidPhoneNumber', 'What was typed is no phone number.');

export const InvalidCredentials = failureRef('InvalidCredentials').implement({
  description: 'The number and the password do not go together.',
  interfaces: [UserError],
  fields: (t) => ({
    attemptsLeft: t.int({
      nullable: true,
      description: 'How many tries are left before a pause; null: not told.',
      resolve: ({ attemptsLeft }) => attemptsLeft,
    }),
  }),
});

export const TooManyRequests = failureRef('TooManyRequests').implement({
  description: 'Too often in too short a time.',
  interfaces: [UserError],
  fields: (t) => ({
    retryAt: t.field({
      type: 'DateTime',
      description: 'When it may be tried again.',
      resolve: ({ retryAt }) => retryAt,
    }),
  }),
});

export const SignInLocked = failureRef('SignInLocked').implement({
  description: 'Too many wrong tries: nothing is compared any more, whatever is typed.',
  interfaces: [UserError],
  fields: (t) => ({
    retryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it may be tried again; null: only a new SMS password opens the number.',
      resolve: ({ retryAt }) => retryAt,
    }),
  }),
});
