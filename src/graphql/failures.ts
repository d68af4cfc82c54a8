import type { Config } from '../config.ts';
import { momentIn, textIn } from '../messages/language.ts';
import { type Failure, failureMessage, type Words } from '../messages/messages.ts';
import { formatMoney } from '../money.ts';
import { spellPhoneNumber } from '../phone-number.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

const CODES = [
  'CAPTCHA_REJECTED', 'INVALID_PHONE_NUMBER', 'TOO_MANY_REQUESTS',
  'INVALID_CREDENTIALS', 'SMS_PASSWORD_EXPIRED', 'SMS_PASSWORD_SUPERSEDED', 'SIGN_IN_LOCKED', 'SESSION_EXPIRED', 'PASSWORD_TOO_WEAK',
  'SERVICE_NOT_FOUND', 'SERVICE_ALREADY_ACTIVE', 'SERVICE_NOT_ACTIVE', 'SUPPORT_ONLY', 'SERVICE_CONFLICT', 'SERVICE_REQUIRES',
  'SERVICE_UNAVAILABLE_ON_TARIFF', 'INSUFFICIENT_FUNDS', 'LINE_SUSPENDED', 'ORDER_IN_PROGRESS', 'ORDER_NOT_CANCELLABLE',
  'SERVICE_REQUIRED_BY', 'TARIFF_NOT_FOUND', 'TARIFF_ARCHIVED', 'SAME_TARIFF', 'QUOTE_EXPIRED', 'RECENT_SIM_CHANGE',
  'INVALID_PERIOD', 'INVALID_DELIVERY', 'PASSPORT_REQUIRED', 'PASSPORT_MISMATCH', 'IDEMPOTENCY_KEY_REUSED', 'NOT_FOUND',
] as const; // oxfmt-ignore

const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'What kind of answer a refusal is; each has a type of its own, of the same name, that carries its data.',
  values: CODES,
});

/** InvalidPhoneNumber → INVALID_PHONE_NUMBER */
const codeOf = (typename: Failure['__typename']): (typeof CODES)[number] =>
  typename.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() as (typeof CODES)[number];

const wordsFor = ({ app, language, viewer }: Context, timeZone: string): Words => ({
  money: (amount) => formatMoney(amount, app.config.CURRENCY, language),
  seesBalance: viewer.kind !== 'PARTNER' || viewer.scopes.includes('line:read'),
  service: (code) => textIn(language, app.catalogue.current().service(code)?.name ?? { ru: code }),
  tariff: (code) => textIn(language, app.catalogue.current().tariff(code)?.name ?? { ru: code }),
  phone: spellPhoneNumber,
  time: (at) => momentIn(language, timeZone, at, app.clock.now()),
});

/** The zone in which a refusal names times: its line's, where it tells of one. */
const zoneOf = (failure: Failure, { TIME_ZONE }: Pick<Config, 'TIME_ZONE'>): string =>
  'timeZone' in failure ? failure.timeZone : TIME_ZONE;

export const UserError = builder.interfaceRef<Failure>('UserError').implement({
  description: 'An expected refusal: an answer like any other, not a GraphQL error.',
  resolveType: (failure) => failure.__typename,
  fields: (t) => ({
    code: t.field({
      type: ErrorCode,
      description: 'For programs.',
      resolve: (failure) => codeOf(failure.__typename),
    }),
    message: t.string({
      description:
        'For the person, in the language of the request (Accept-Language: ru, en, nl; ru unless told).',
      resolve: (failure, _args, context) =>
        failureMessage(context.language, failure, wordsFor(context, zoneOf(failure, context.app.config))),
    }),
  }),
});

/** A refusal that says all with its code and message. */
export const plainFailure = <Type extends Failure['__typename']>(name: Type, description: string) =>
  builder
    .objectRef<Extract<Failure, { __typename: Type }>>(name)
    .implement({ description, interfaces: [UserError] });

/** A refusal with data of its own; the fields are added where it is declared. */
export const failureRef = <Type extends Failure['__typename']>(name: Type) =>
  builder.objectRef<Extract<Failure, { __typename: Type }>>(name);

export const NotFound = plainFailure('NotFound', 'There is no such thing, or it is somebody else’s.');

export const LineSuspended = plainFailure('LineSuspended', 'The line is suspended.');
