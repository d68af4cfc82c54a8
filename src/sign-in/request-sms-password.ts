import { randomUUID } from 'node:crypto';
import { Prisma } from '../generated/prisma/client.ts';
import type { Language, SmsScript } from '../generated/prisma/enums.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { Config } from '../config.ts';
import { reopenTries } from '../limits/tries.ts';
import { takeTurns, type Turn } from '../limits/turns.ts';
import { useCaptcha } from './captcha.ts';
import type { SignInFailure } from './errors.ts';
import { sendSmsPassword } from './jobs.ts';
import { triesOfTheDay } from './sign-in-limits.ts';
import { knownDevice } from './tokens.ts';

const DAY_S = 86_400;

export interface RequestSmsPassword {
  phoneNumber: string;
  captchaId: string;
  captchaAnswer: string;
  script: SmsScript;
  language: Language;
  /** Of an earlier sign-in from the same device. */
  deviceToken: string | undefined;
  /** Where the request comes from, as it is counted. */
  address: string;
}

export interface SmsPasswordRequested {
  __typename: 'SmsPasswordRequested';
  phoneNumber: PhoneNumber;
  number: number;
  expiresAt: Date;
  resendAvailableAt: Date;
}

type Refusal = Extract<
  SignInFailure,
  { __typename: 'InvalidPhoneNumber' | 'CaptchaRejected' | 'TooManyRequests' }
>;
type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'jobs'>;

/**
 * Has an SMS password sent. Does the same for every number of the national plan: whether it is a subscriber's is
 * looked up by the job, after the answer.
 */
export async function requestSmsPassword(
  app: Parts,
  command: RequestSmsPassword,
): Promise<SmsPasswordRequested | Refusal> {
  const phoneNumber = parsePhoneNumber(command.phoneNumber, app.config.COUNTRY);
  if (!phoneNumber) return { __typename: 'InvalidPhoneNumber' };
  if (!(await useCaptcha(app, command.captchaId, command.captchaAnswer)))
    return { __typename: 'CaptchaRejected' };
  const now = app.clock.now();
  const known = await isKnownDevice(app, phoneNumber, command.deviceToken);
  return app.db.$transaction(async (tx) => {
    const turns = turnsOf(app.config, phoneNumber, command.address, known);
    const { taken, freeAt } = await takeTurns(tx, turns, now);
    if (!taken) return { __typename: 'TooManyRequests', retryAt: freeAt };
    const request = { id: randomUUID(), phoneNumber, script: command.script, language: command.language };
    const number = await remember(tx, request, now);
    for (const rule of triesOfTheDay(app.config, phoneNumber)) await reopenTries(tx, rule, now);
    await app.jobs.enqueue(tx, sendSmsPassword, { requestId: request.id });
    return {
      __typename: 'SmsPasswordRequested',
      phoneNumber,
      number,
      expiresAt: new Date(now.getTime() + app.config.SMS_PASSWORD_MINUTES * 60_000),
      resendAvailableAt: freeAt,
    };
  });
}

/** Whether the request comes from a device that has signed in to this line before. */
async function isKnownDevice(
  app: Parts,
  phoneNumber: PhoneNumber,
  deviceToken: string | undefined,
): Promise<boolean> {
  if (!deviceToken) return false;
  const line = await app.db.subscriber.findUnique({
    where: { phoneNumber },
    select: { id: true, ownerSince: true },
  });
  return line !== null && knownDevice(app.secrets, line, deviceToken) !== undefined;
}

/** How often an SMS may be had: for the number, and from the address. */
const turnsOf = (config: Config, phoneNumber: PhoneNumber, address: string, known: boolean): Turn[] => [
  {
    subject: `sms/${phoneNumber}`,
    limits: [
      { count: 1, seconds: config.SMS_RESEND_SECONDS },
      { count: config.SMS_PER_10_MINUTES, seconds: 600 },
      { count: config.SMS_PER_DAY + (known ? config.SMS_EXTRA_FOR_DEVICE : 0), seconds: DAY_S },
    ],
  },
  { subject: `sms/${address}`, limits: [{ count: config.SMS_PER_ADDRESS_HOUR, seconds: 3_600 }] },
];

interface Request {
  id: string;
  phoneNumber: PhoneNumber;
  script: SmsScript;
  language: Language;
}

/** Keeps the number's last request, numbered within 24 hours; an earlier one that is not sent yet will not be. */
async function remember(tx: Tx, request: Request, now: Date): Promise<number> {
  const yesterday = new Date(now.getTime() - DAY_S * 1_000);
  const stale = Prisma.sql`sms_password_requests.numbered_since <= ${yesterday}`;
  const rows = await tx.$queryRaw<{ number: number }[]>`
    INSERT INTO sms_password_requests (phone_number, id, number, numbered_since, requested_at, script, language)
    VALUES (${request.phoneNumber}, ${request.id}::uuid, 1, ${now}, ${now}, ${request.script}::"SmsScript", ${request.language}::"Language")
    ON CONFLICT (phone_number) DO UPDATE SET
      id = excluded.id, requested_at = excluded.requested_at, script = excluded.script, language = excluded.language,
      number = CASE WHEN ${stale} THEN 1 ELSE sms_password_requests.number + 1 END,
      numbered_since = CASE WHEN ${stale} THEN excluded.numbered_since ELSE sms_password_requests.numbered_since END
    RETURNING number`;
  return rows[0]!.number;
}
