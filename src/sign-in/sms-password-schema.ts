import { SmsScript as Scripts } from '../generated/prisma/enums.ts';
import { builder } from '../graphql/builder.ts';
import { plainFailure } from '../graphql/failures.ts';
import { type Captcha as CaptchaShape, createCaptcha } from './captcha.ts';
import { InvalidPhoneNumber, TooManyRequests } from './failures-schema.ts';
import { requestSmsPassword, type SmsPasswordRequested as RequestedShape } from './request-sms-password.ts';

const CaptchaKind = builder.enumType('CaptchaKind', {
  description: 'How a person shows to be one.',
  values: {
    IMAGE: { description: 'Types what a picture shows; case does not matter.' },
    PROOF_OF_WORK: {
      description:
        'Has their device do some work (ALTCHA): for apps, and for people who cannot read a picture.',
    },
  },
});

const Captcha = builder.objectRef<CaptchaShape>('Captcha').implement({
  description: 'A small task that tells people from programs; each is good for one use.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Give it back with the answer.' }),
    kind: t.field({ type: CaptchaKind, description: 'Which kind of task.', resolve: ({ kind }) => kind }),
    image: t.exposeString('image', {
      nullable: true,
      description: 'A data: URI that an <img> shows as it is; null for a proof of work.',
    }),
    challenge: t.exposeString('challenge', {
      nullable: true,
      description:
        'ALTCHA’s challenge as JSON; the answer is the payload that its widget makes of it. Null for a picture.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be used.' }),
  }),
});

const SmsScript = builder.enumType('SmsScript', {
  description: 'The letters of the SMS: LATIN for phones that show no Cyrillic.',
  values: Object.values(Scripts),
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
    deviceToken: t.string({
      description:
        'Of an earlier sign-in from this device, which may ask for some more a day; or in its cookie.',
    }),
    script: t.field({ type: SmsScript, defaultValue: 'CYRILLIC', description: 'The letters of the SMS.' }),
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

builder.mutationFields((t) => ({
  createCaptcha: t.field({
    type: Captcha,
    description: 'A new captcha: the first step of getting a password.',
    authScopes: { public: true },
    args: { kind: t.arg({ type: CaptchaKind, defaultValue: 'IMAGE', description: 'Which kind of task.' }) },
    resolve: (_root, { kind }, { app }) => createCaptcha(app, kind ?? 'IMAGE'),
  }),
  requestSmsPassword: t.field({
    type: RequestSmsPasswordResult,
    description:
      'Sends a new password to the number by SMS. Once it is first used, the old one no longer works.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RequestSmsPasswordInput, required: true, description: 'Where to.' }) },
    resolve: (_root, { input }, { app, language, address, cookies }) =>
      requestSmsPassword(app, {
        ...input,
        script: input.script ?? 'CYRILLIC',
        deviceToken: input.deviceToken ?? cookies?.deviceToken,
        language,
        address,
      }),
  }),
}));
