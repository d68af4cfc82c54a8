import { SmsScript as Scripts } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { failureRef, plainFailure, UserError } from '../graphql/failures.ts';
import { GUEST } from '../graphql/viewer.ts';
import { SecretText } from '../secrets.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { type Captcha as CaptchaShape, createCaptcha } from './captcha.ts';
import { changePassword, type PasswordChange } from './change-password.ts';
import { refreshSession } from './refresh-session.ts';
import { requestSmsPassword, type SmsPasswordRequested as RequestedShape } from './request-sms-password.ts';
import { signIn, type SignedIn as SignedInShape } from './sign-in.ts';
import { signOut } from './sign-out.ts';

const CaptchaKind = builder.enumType('CaptchaKind', {
  description: 'How a person shows to be one.',
  values: { IMAGE: { description: 'Types what a picture shows; case does not matter.' } },
});

const Captcha = builder.objectRef<CaptchaShape>('Captcha').implement({
  description: 'A small task that tells people from programs; each is good for one use.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Give it back with the answer.' }),
    kind: t.field({ type: CaptchaKind, description: 'Which kind of task.', resolve: ({ kind }) => kind }),
    image: t.exposeString('image', {
      nullable: true,
      description: 'A data: URI that an <img> shows as it is.',
    }),
    challenge: t.string({
      nullable: true,
      description: 'The task of a captcha that a program works on; null for a picture.',
      resolve: () => null,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be used.' }),
  }),
});

const SmsScript = builder.enumType('SmsScript', {
  description: 'The letters of the SMS: LATIN for phones that show no Cyrillic.',
  values: Object.values(Scripts),
});

const InvalidPhoneNumber = plainFailure('InvalidPhoneNumber', 'What was typed is no phone number.');
const InvalidCredentials = failureRef('InvalidCredentials').implement({
  description: 'The number and the password do not go together.',
  interfaces: [UserError],
  fields: (t) => ({
    attemptsLeft: t.int({
      nullable: true,
      description: 'How many tries are left before a pause; null: not told.',
      resolve: () => null,
    }),
  }),
});
const TooManyRequests = failureRef('TooManyRequests').implement({
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
const SmsPasswordSuperseded = failureRef('SmsPasswordSuperseded').implement({
  description: 'The password is a true one, but a newer SMS has replaced it.',
  interfaces: [UserError],
  fields: (t) => ({
    typedNumber: t.int({ description: 'The № of the one typed.', resolve: (failure) => failure.typedNumber }),
    currentNumber: t.int({
      description: 'The № of the one that counts.',
      resolve: (failure) => failure.currentNumber,
    }),
  }),
});
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

const SmsPasswordRequested = builder.objectRef<RequestedShape>('SmsPasswordRequested').implement({
  description: 'The same answer, whether or not the number is a subscriber’s.',
  fields: (t) => ({
    phoneNumber: t.expose('phoneNumber', {
      type: 'PhoneNumber',
      description: 'The number as we understood it.',
    }),
    number: t.exposeInt('number', { description: 'The SMS carries it: “№ 2” is the second of 24 hours.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'By when the password must first be used.',
    }),
    resendAvailableAt: t.expose('resendAvailableAt', {
      type: 'DateTime',
      description: 'From when another can be asked for.',
    }),
  }),
});

const RequestSmsPasswordInput = builder.inputType('RequestSmsPasswordInput', {
  description: 'Where to send a password.',
  fields: (t) => ({
    phoneNumber: t.string({ required: true, description: 'As the person typed it.' }),
    captchaId: t.id({ required: true, description: 'Of a captcha that was not used yet.' }),
    captchaAnswer: t.string({ required: true, description: 'What the person made of it.' }),
    script: t.field({ type: SmsScript, defaultValue: 'CYRILLIC', description: 'The letters of the SMS.' }),
  }),
});

const Tokens = builder.objectRef<SignedInShape['tokens']>('Tokens').implement({
  description: 'What an app keeps to speak for its subscriber.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'For the header `Authorization: Bearer …`.' }),
    refreshToken: t.exposeString('refreshToken', { description: 'For `refreshSession`, once.' }),
    deviceToken: t.exposeString('deviceToken', {
      description: 'For the next `signIn` from this device; keep it after signing out.',
    }),
  }),
});

const SignedIn = builder.objectRef<SignedInShape>('SignedIn').implement({
  description: 'A session of one subscriber.',
  fields: (t) => ({
    tokens: t.field({
      type: Tokens,
      nullable: true,
      description: 'The session’s tokens.',
      resolve: ({ tokens }) => tokens,
    }),
    accessTokenExpiresAt: t.field({
      type: 'DateTime',
      description: 'When to call `refreshSession` at the latest.',
      resolve: ({ tokens }) => tokens.accessTokenExpiresAt,
    }),
    subscriber: t.prismaField({
      type: Subscriber,
      description: 'Whose line it is.',
      resolve: (query, { session }, _args, { app }) =>
        app.db.subscriber.findUniqueOrThrow({ ...query, where: { id: session.subscriberId } }),
    }),
    passwordChangeAdvised: t.exposeBoolean('passwordChangeAdvised', {
      description: 'Whether the password came by SMS and the subscriber has chosen none.',
    }),
  }),
});

const SessionTransport = builder.enumType('SessionTransport', {
  description: 'How a session’s tokens travel.',
  values: { BEARER: { description: 'In the answer, for apps that keep them and send the header.' } },
});

const SignInInput = builder.inputType('SignInInput', {
  description: 'A number and its password.',
  fields: (t) => ({
    phoneNumber: t.string({ required: true, description: 'As the person typed it.' }),
    password: t.string({
      required: true,
      description: 'The one from the SMS, or the one that the subscriber chose.',
    }),
    client: t.string({ description: 'What the list of sessions calls this client: “Chrome on a laptop”.' }),
    transport: t.field({
      type: SessionTransport,
      defaultValue: 'BEARER',
      description: 'How the tokens travel.',
    }),
    deviceToken: t.string({
      description: 'Of an earlier sign-in from this device; it is answered again.',
    }),
  }),
});

const RefreshSessionInput = builder.inputType('RefreshSessionInput', {
  description: 'Which session goes on.',
  fields: (t) => ({ refreshToken: t.string({ description: 'The last one that was given.' }) }),
});

const SignedOut = builder.objectRef<{ sessionsEnded: number }>('SignedOut').implement({
  description: 'Signed out.',
  fields: (t) => ({
    sessionsEnded: t.exposeInt('sessionsEnded', { description: 'How many sessions that ended.' }),
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

const RequestSmsPasswordResult = builder.unionType('RequestSmsPasswordResult', {
  description: 'The password is on its way, or why not.',
  types: [
    SmsPasswordRequested,
    InvalidPhoneNumber,
    plainFailure('CaptchaRejected', 'The captcha was answered wrongly, used before, or has expired.'),
    TooManyRequests,
  ],
  resolveType: (result) => result.__typename,
});

const SignInResult = builder.unionType('SignInResult', {
  description: 'A session, or why there is none.',
  types: [
    SignedIn,
    InvalidPhoneNumber,
    InvalidCredentials,
    plainFailure('SmsPasswordExpired', 'The password is a true one, but was not used in time.'),
    SmsPasswordSuperseded,
  ],
  resolveType: (result) => result.__typename,
});

const RefreshSessionResult = builder.unionType('RefreshSessionResult', {
  description: 'The session with new tokens, or that it is over.',
  types: [SignedIn, plainFailure('SessionExpired', 'The session has ended: sign in again.')],
  resolveType: (result) => result.__typename,
});

const ChangePasswordResult = builder.unionType('ChangePasswordResult', {
  description: 'The password is changed, or why not.',
  types: [PasswordChanged, InvalidCredentials, PasswordTooWeak],
  resolveType: (result) => result.__typename,
});

builder.mutationFields((t) => ({
  createCaptcha: t.field({
    type: Captcha,
    description: 'A new captcha: the first step of getting a password.',
    authScopes: { public: true },
    args: { kind: t.arg({ type: CaptchaKind, defaultValue: 'IMAGE', description: 'Which kind of task.' }) },
    resolve: (_root, _args, { app }) => createCaptcha(app),
  }),
  requestSmsPassword: t.field({
    type: RequestSmsPasswordResult,
    description:
      'Sends a new password to the number by SMS. Once it is first used, the old one no longer works.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RequestSmsPasswordInput, required: true, description: 'Where to.' }) },
    resolve: (_root, { input }, { app, language }) =>
      requestSmsPassword(app, { ...input, script: input.script ?? 'CYRILLIC', language }),
  }),
  signIn: t.field({
    type: SignInResult,
    description: 'Opens a session with a number and its password.',
    authScopes: { public: true },
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who, and the proof.' }) },
    resolve: async (_root, { input }, context) => {
      const { phoneNumber, password, client, deviceToken } = input;
      const result = await signIn(context.app, {
        phoneNumber,
        password: new SecretText(password),
        client: client ?? undefined,
        deviceToken: deviceToken ?? undefined,
      });
      if (result.__typename === 'SignedIn') context.viewer = { kind: 'SUBSCRIBER', session: result.session };
      return result;
    },
  }),
  refreshSession: t.field({
    type: RefreshSessionResult,
    description: 'New tokens for the session; each refresh token works once.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RefreshSessionInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, context) => {
      const result = await refreshSession(context.app, input.refreshToken ?? undefined);
      if (result.__typename === 'SignedIn') context.viewer = { kind: 'SUBSCRIBER', session: result.session };
      return result;
    },
  }),
  signOut: t.field({
    type: SignedOut,
    description:
      'Ends this session (named by its token or its refresh token), or all of the subscriber’s. Never fails.',
    authScopes: { public: true },
    args: {
      everywhere: t.arg.boolean({ defaultValue: false, description: 'All of this subscriber’s sessions.' }),
      refreshToken: t.arg.string({ description: 'Names the session where the access token no longer does.' }),
    },
    resolve: async (_root, { everywhere, refreshToken }, context) => {
      const session = context.viewer.kind === 'SUBSCRIBER' ? context.viewer.session : undefined;
      const result = await signOut(context.app, {
        everywhere: everywhere ?? false,
        session,
        refreshToken: refreshToken ?? undefined,
      });
      context.viewer = GUEST;
      return result;
    },
  }),
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
    resolve: (_root, { input }, { app, viewer }) => {
      if (viewer.kind !== 'SUBSCRIBER') throw new Error('only a subscriber has a password');
      const currentPassword = new SecretText(input.currentPassword);
      return changePassword(app, {
        session: viewer.session,
        currentPassword,
        newPassword: new SecretText(input.newPassword),
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

const IdentityKind = builder.enumType('IdentityKind', {
  description: 'Kinds of callers.',
  values: ['GUEST', 'SUBSCRIBER', 'STAFF', 'PARTNER'] as const,
});

const Identity = builder
  .objectRef<{
    kind: 'GUEST' | 'SUBSCRIBER' | 'STAFF' | 'PARTNER';
    name: string | null;
    roles: string[];
    scopes: string[];
  }>('Identity')
  .implement({
    description: 'Whom a request speaks for.',
    fields: (t) => ({
      kind: t.field({
        type: IdentityKind,
        description: 'Which kind of caller.',
        resolve: ({ kind }) => kind,
      }),
      name: t.exposeString('name', { nullable: true, description: 'Their name, as far as it is known.' }),
      roles: t.exposeStringList('roles', { description: 'Of staff.' }),
      scopes: t.exposeStringList('scopes', { description: 'What a partner app may do.' }),
    }),
  });

builder.queryField('identity', (t) =>
  t.field({
    type: Identity,
    description: 'Whom this request speaks for.',
    authScopes: { public: true },
    resolve: async (_root, _args, { app, viewer }) => {
      if (viewer.kind === 'GUEST') return { kind: 'GUEST' as const, name: null, roles: [], scopes: [] };
      if (viewer.kind === 'STAFF')
        return { kind: 'STAFF' as const, name: viewer.name, roles: [...viewer.roles], scopes: [] };
      const { fullName } = await app.db.subscriber.findUniqueOrThrow({
        where: { id: viewer.session.subscriberId },
      });
      return { kind: 'SUBSCRIBER' as const, name: fullName, roles: [], scopes: [] };
    },
  }),
);
