import { builder } from '../graphql/builder.ts';
import { failureRef, UserError } from '../graphql/failures.ts';
import { SecretText } from '../secrets.ts';
import { changePassword, type PasswordChange } from './change-password.ts';
import { InvalidCredentials, TooManyRequests } from './failures-schema.ts';

const PasswordTooWeak = failureRef('PasswordTooWeak').implement({
  description: 'The new password is too easy to guess.',
  interfaces: [UserError],
  fields: (t) => ({
    score: t.int({
      description: '0 (guessed at once) to 4, as zxcvbn judges.',
      resolve: ({ score }) => score,
    }),
    suggestions: t.stringList({
      description: 'What would make it better.',
      resolve: ({ suggestions }) => suggestions,
    }),
  }),
});

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The old password and the new one.',
  fields: (t) => ({
    currentPassword: t.string({ required: true, description: 'The one that counts now.' }),
    newPassword: t.string({ required: true, description: 'The one that shall count; see `passwordPolicy`.' }),
  }),
});

const PasswordChanged = builder
  .objectRef<Extract<PasswordChange, { __typename: 'PasswordChanged' }>>('PasswordChanged')
  .implement({
    description: 'The new password counts.',
    fields: (t) => ({
      otherSessionsEnded: t.exposeInt('otherSessionsEnded', {
        description: 'How many other sessions that ended.',
      }),
    }),
  });

const ChangePasswordResult = builder.unionType('ChangePasswordResult', {
  description: 'The password is changed, or why not.',
  types: [PasswordChanged, InvalidCredentials, PasswordTooWeak, TooManyRequests],
  resolveType: (result) => result.__typename,
});

builder.mutationFields((t) => ({
  changePassword: t.field({
    type: ChangePasswordResult,
    description: 'Replaces the password by one of the subscriber’s choice and ends all other sessions.',
    authScopes: { subscriber: true },
    args: {
      input: t.arg({
        type: ChangePasswordInput,
        required: true,
        description: 'The old one and the new one.',
      }),
    },
    resolve: (_root, { input }, { app, viewer, language }) => {
      if (viewer.kind !== 'SUBSCRIBER') throw new Error('only a subscriber has a password');
      const currentPassword = new SecretText(input.currentPassword);
      return changePassword(app, {
        session: viewer.session,
        currentPassword,
        newPassword: new SecretText(input.newPassword),
        language,
      });
    },
  }),
}));

const PasswordPolicy = builder
  .objectRef<{ minLength: number; maxLength: number; minScore: number }>('PasswordPolicy')
  .implement({
    description: 'What a chosen password must be; there are no rules about kinds of characters.',
    fields: (t) => ({
      minLength: t.exposeInt('minLength', { description: 'Characters at least.' }),
      maxLength: t.exposeInt('maxLength', { description: 'Characters at the most.' }),
      minScore: t.exposeInt('minScore', { description: 'zxcvbn’s score at least, 0 to 4.' }),
    }),
  });

builder.queryField('passwordPolicy', (t) =>
  t.field({
    type: PasswordPolicy,
    description: 'What a chosen password must be.',
    authScopes: { public: true },
    resolve: (_root, _args, { app: { config } }) => ({
      minLength: config.PASSWORD_MIN_LENGTH,
      maxLength: config.PASSWORD_MAX_LENGTH,
      minScore: config.PASSWORD_MIN_SCORE,
    }),
  }),
);
