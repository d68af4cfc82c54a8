import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { codedError } from '../graphql/errors.ts';
import { failureRef, plainFailure, UserError } from '../graphql/failures.ts';
import { GUEST } from '../graphql/viewer.ts';
import { SecretText } from '../secrets.ts';
import { Subscriber } from '../subscriber/schema.ts';
import { InvalidCredentials, InvalidPhoneNumber, SignInLocked, TooManyRequests } from './failures-schema.ts';
import { refreshSession } from './refresh-session.ts';
import { signIn, type SignedIn as SignedInShape } from './sign-in.ts';
import { signOut } from './sign-out.ts';

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

const SignedIn = builder.objectRef<SignedInShape & { inCookies: boolean }>('SignedIn').implement({
  description: 'A session of one subscriber.',
  fields: (t) => ({
    tokens: t.field({
      type: Tokens,
      nullable: true,
      description: 'The session’s tokens; null where they travel as cookies.',
      resolve: ({ tokens, inCookies }) => (inCookies ? null : tokens),
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
  values: {
    BEARER: { description: 'In the answer, for apps that keep them and send the header.' },
    COOKIE: {
      description: 'As cookies that no script can read, for pages of our origins; over HTTP only.',
    },
  },
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
      description:
        'Of an earlier sign-in from this device, whose tries are counted apart; it is answered again. Or in its cookie.',
    }),
  }),
});

const RefreshSessionInput = builder.inputType('RefreshSessionInput', {
  description: 'Which session goes on.',
  fields: (t) => ({
    refreshToken: t.string({
      description: 'The last one that was given; leave it out where it is in the cookie.',
    }),
  }),
});

const SignedOut = builder.objectRef<{ sessionsEnded: number }>('SignedOut').implement({
  description: 'Signed out.',
  fields: (t) => ({
    sessionsEnded: t.exposeInt('sessionsEnded', { description: 'How many sessions that ended.' }),
  }),
});

const SignInResult = builder.unionType('SignInResult', {
  description: 'A session, or why there is none.',
  types: [
    SignedIn,
    InvalidPhoneNumber,
    InvalidCredentials,
    plainFailure('SmsPasswordExpired', 'The password is a true one, but was not used in time.'),
    SmsPasswordSuperseded,
    SignInLocked,
    TooManyRequests,
  ],
  resolveType: (result) => result.__typename,
});

const RefreshSessionResult = builder.unionType('RefreshSessionResult', {
  description: 'The session with new tokens, or that it is over.',
  types: [SignedIn, plainFailure('SessionExpired', 'The session has ended: sign in again.')],
  resolveType: (result) => result.__typename,
});

/** What the rest of the operation, and the answer, make of a session that was opened or went on. */
function opened(result: SignedInShape, inCookies: boolean, context: Context) {
  context.viewer = { kind: 'SUBSCRIBER', session: result.session };
  if (inCookies) context.cookies?.keep(result.tokens);
  return { ...result, inCookies };
}

builder.mutationFields((t) => ({
  signIn: t.field({
    type: SignInResult,
    description: 'Opens a session with a number and its password.',
    authScopes: { public: true },
    args: { input: t.arg({ type: SignInInput, required: true, description: 'Who, and the proof.' }) },
    resolve: async (_root, { input }, context) => {
      const { phoneNumber, password, client, deviceToken, transport } = input;
      if (transport === 'COOKIE' && !context.cookies)
        throw codedError('BAD_USER_INPUT', 'Cookies are for pages of our origins, over HTTP.');
      const result = await signIn(context.app, {
        phoneNumber,
        password: new SecretText(password),
        client: client ?? undefined,
        deviceToken: deviceToken ?? context.cookies?.deviceToken,
        address: context.address,
      });
      return result.__typename === 'SignedIn' ? opened(result, transport === 'COOKIE', context) : result;
    },
  }),
  refreshSession: t.field({
    type: RefreshSessionResult,
    description: 'New tokens for the session; each refresh token works once.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RefreshSessionInput, required: true, description: 'Which session.' }) },
    resolve: async (_root, { input }, context) => {
      const fromCookie = input.refreshToken == null;
      const result = await refreshSession(context.app, input.refreshToken ?? context.cookies?.refreshToken);
      if (result.__typename === 'SignedIn') return opened(result, fromCookie, context);
      if (fromCookie) context.cookies?.forget();
      return result;
    },
  }),
  signOut: t.field({
    type: SignedOut,
    description:
      'Ends this session (named by its token, its cookie or its refresh token), or all of the subscriber’s. Never fails.',
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
        refreshToken: refreshToken ?? context.cookies?.refreshToken,
      });
      context.cookies?.forget();
      context.viewer = GUEST;
      return result;
    },
  }),
}));
