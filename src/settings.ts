import { z } from 'zod';
import {
  days,
  hasReadableLogin,
  hours,
  isFileStore,
  isPlainHttpUrl,
  isTimeZone,
  isTrustable,
  isUrl,
  minutes,
  phone,
  proxiesIn,
  whole,
  wholeFrom,
} from './setting-forms.ts';

/** The sender where no mail is sent. */
export const NOBODY = 'no-reply@localhost';
/** Every setting by the name of its environment variable. Durations carry their unit in the name. */
export const settings = z.object({
  NODE_ENV: z.string().optional(),
  PORT: whole(4000, 0, 65_535),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.string().refine(isUrl('http:', 'https:'), 'an http(s) URL is needed').optional(),
  STOP_NOTICE_SECONDS: wholeFrom(0, 300).optional(),
  STOP_STREAMS_SECONDS: wholeFrom(0, 300).optional(),
  ROLE: z.enum(['all', 'http', 'worker'], 'all, http or worker is needed').default('all'),
  DATA_DIR: z.string().min(1).default('./.data'),
  DATABASE_URL: z
    .string()
    .refine(isUrl('postgres:', 'postgresql:'), 'a postgresql:// URL is needed')
    .optional(),
  DEV_TOOLS: z.enum(['on', 'off'], 'on or off is needed').optional(),
  TRUST_PROXY: z
    .string()
    .transform(proxiesIn)
    .refine(isTrustable, 'how many proxies stand in front, or their addresses, divided by commas')
    .default(0),
  WEB_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      'origins such as https://my.operator.ru, divided by commas',
    )
    .default([]),
  SMS_URL: z
    .string()
    .refine(
      (text) => text === 'dev:' || (isUrl('smpp:', 'smpps:')(text) && hasReadableLogin(text)),
      'dev: or smpp://system_id:password@host:2775, a % in them as %25',
    )
    .default('dev:'),
  SMS_WINDOW: whole(10, 1, 1_000),
  SMS_SENDER: z.string().min(1).max(11, 'at most 11 characters, as SMS allows').default('Operator'),
  MAIL_URL: z
    .string()
    .refine(
      (text) => text === 'dev:' || (isUrl('smtp:', 'smtps:')(text) && new URL(text).hostname !== ''),
      'dev:, or smtp:// or smtps://user:password@host:port',
    )
    .default('dev:'),
  MAIL_FROM: z
    .string()
    .regex(
      /^[^<>@\r\n]+@[^<>@\s]+$|^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$/,
      'an address, or Name <address>, is needed',
    )
    .default(NOBODY),
  FILES_URL: z
    .string()
    .refine(isFileStore, 'file:, file:///path, or s3://access_key:secret@host:port/bucket')
    .default('file:'),
  PROVISIONING_URL: z
    .string()
    .refine(
      (text) => text === 'sim:' || isPlainHttpUrl(text),
      'sim: or the http(s) base of a TMF641 API, without user, query and fragment',
    )
    .default('sim:'),
  PROVISIONING_TOKEN_URL: z.string().refine(isPlainHttpUrl, 'an http(s) URL is needed').optional(),
  PROVISIONING_CLIENT_ID: z.string().optional(),
  PROVISIONING_CLIENT_SECRET: z.string().optional(),
  STAFF_ISSUER: z.string().refine(isUrl('http:', 'https:'), 'an http(s) URL is needed').optional(),
  STAFF_AUDIENCE: z.string().min(1).default('internet-assistant'),
  STAFF_CLIENT_ID: z.string().min(1).optional(),
  STAFF_CLIENT_SECRET: z.string().min(1).optional(),
  STAFF_ROLES_CLAIM: z.string().min(1).default('roles'),
  STAFF_SESSION_MINUTES: minutes(60),
  DOCUMENTS: z.enum(['any', 'persisted'], 'any or persisted is needed').default('any'),
  SECRETS_KEYS: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine(
      (keys) => keys.every((key) => key.length >= 32),
      'each key, divided by commas, needs 32 characters or more',
    )
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a two-letter country code is needed')
    .default('RU'),
  CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a three-letter currency code is needed')
    .default('RUB'),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'a time zone such as Europe/Moscow is needed')
    .default('Europe/Moscow'),
  SUPPORT_PHONE: phone.default('+78001000000'),
  CAPTCHA_SECONDS: whole(120),
  CAPTCHA_WORK: whole(100_000),
  SMS_PASSWORD_MINUTES: minutes(10),
  SMS_RESEND_SECONDS: whole(60),
  SMS_PER_10_MINUTES: whole(3),
  SMS_PER_DAY: whole(6),
  SMS_EXTRA_FOR_DEVICE: whole(2, 0),
  SMS_PER_ADDRESS_HOUR: whole(300),
  SIGN_IN_TRIES: whole(5),
  SIGN_IN_PAUSE_MINUTES: minutes(30),
  SIGN_IN_TRIES_PER_DAY: whole(20),
  PASSWORD_HASHES_AT_ONCE: whole(2, 1, 64),
  PASSWORD_QUEUE: whole(250),
  ACCESS_TOKEN_MINUTES: minutes(10),
  REFRESH_TOKEN_DAYS: days(7),
  REFRESH_GRACE_SECONDS: whole(10),
  SESSION_DAYS: days(90),
  PASSWORD_MIN_LENGTH: whole(8, 1, 128),
  PASSWORD_MAX_LENGTH: whole(128, 8, 1024),
  PASSWORD_MIN_SCORE: whole(3, 0, 4),
  IDEMPOTENCY_DAYS: days(7),
  ORDER_RESUBMIT_SECONDS: whole(10),
  ORDER_LATE_MINUTES: minutes(15),
  ORDER_UNREACHED_HOURS: hours(24),
  PASSPORT_TRIES: whole(3),
  TARIFF_FREE_DAYS: days(30, 0),
  QUOTE_MINUTES: minutes(15),
  SIM_CHANGE_HOURS: hours(24, 0),
  METRICS_PORT: z.coerce
    .number('a port is needed')
    .int('a port is needed')
    .min(0, 'at least 0')
    .max(65_535, 'at most 65535')
    .optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(isPlainHttpUrl, 'the http(s) base of an OTLP collector is needed')
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('a share from 0 to 1 is needed')
    .min(0, 'at least 0')
    .max(1, 'at most 1')
    .default(0.1),
  DETAIL_FEE: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,3})?$/, 'an amount such as 15.00 is needed')
    .default('0'),
  DETAIL_MAX_DAYS: days(31),
  DETAIL_MONTHS_BACK: whole(6, 1, 1_200),
  USAGE_MONTHS: whole(14, 2, 1_200),
  DETAIL_KEPT_DAYS: days(7),
  DETAIL_ORDERS_PER_DAY: whole(20),
  DETAIL_MAIL_MIB: whole(10),
  PARTNER_OPERATIONS_PER_MINUTE: whole(600),
  PARTNER_TOKEN_MINUTES: minutes(10),
  PARTNER_LEAVE_DAYS: days(90),
  PARTNER_USES_DAYS: days(90),
  EVENT_DAYS: days(7),
  SOCKETS_PER_SUBSCRIBER: whole(5),
  GUEST_SOCKETS_PER_ADDRESS: whole(300),
  STREAMS_PER_SOCKET: whole(20),
  OPERATIONS_PER_SOCKET: whole(100),
  SOCKET_INIT_SECONDS: whole(3, 1, 600),
  SOCKET_PING_SECONDS: whole(12, 1, 600),
  SOCKET_MESSAGE_KIB: whole(16),
  STUCK_SECONDS: whole(30, 1, 600),
  KEEP_ALIVE_SECONDS: whole(75, 1, 3_600),
  OPERATION_SECONDS: whole(15, 1, 600),
  MAX_BODY_KIB: whole(64),
  LIST_LENGTH: whole(100),
  QUERY_TOKENS: whole(2_000),
  QUERY_FIELDS: whole(500),
  QUERY_ROOT_FIELDS: whole(20),
  QUERY_DIRECTIVES: whole(50),
  QUERY_COMPLEXITY: whole(20_000),
  QUERY_DEPTH: whole(12),
});

export type Settings = z.infer<typeof settings>;
