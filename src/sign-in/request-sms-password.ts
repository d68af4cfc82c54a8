import { randomUUID } from 'node:crypto';
import { Prisma } from '../generated/prisma/client.ts';
import type { Language, SmsScript } from '../generated/prisma/enums.ts';
import { type PhoneNumber, parsePhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { useCaptcha } from './captcha.ts';
import type { SignInFailure } from './errors.ts';
import { sendSmsPassword } from './jobs.ts';

const DAY_MS = 86_400_000;

export interface RequestSmsPassword {
  phoneNumber: string;
  captchaId: string;
  captchaAnswer: string;
  script: SmsScript;
  language: Language;
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
  return app.db.$transaction(async (tx) => {
    const request = { id: randomUUID(), phoneNumber, script: command.script, language: command.language };
    const number = await takeTurn(tx, request, now, app.config.SMS_RESEND_SECONDS);
    if (number === undefined) return tooSoon(app, tx, phoneNumber);
    await app.jobs.enqueue(tx, sendSmsPassword, { requestId: request.id });
    return {
      __typename: 'SmsPasswordRequested',
      phoneNumber,
      number,
      expiresAt: new Date(now.getTime() + app.config.SMS_PASSWORD_MINUTES * 60_000),
      resendAvailableAt: new Date(now.getTime() + app.config.SMS_RESEND_SECONDS * 1_000),
    };
  });
}

interface Turn {
  id: string;
  phoneNumber: PhoneNumber;
  script: SmsScript;
  language: Language;
}

/** One statement lets one request through per pause, and numbers those of 24 hours. Undefined: too soon. */
async function takeTurn(tx: Tx, turn: Turn, now: Date, pauseSeconds: number): Promise<number | undefined> {
  const latest = new Date(now.getTime() - pauseSeconds * 1_000);
  const yesterday = new Date(now.getTime() - DAY_MS);
  const stale = Prisma.sql`sms_password_requests.numbered_since <= ${yesterday}`;
  const rows = await tx.$queryRaw<{ number: number }[]>`
    INSERT INTO sms_password_requests (phone_number, id, number, numbered_since, requested_at, script, language)
    VALUES (${turn.phoneNumber}, ${turn.id}::uuid, 1, ${now}, ${now}, ${turn.script}::"SmsScript", ${turn.language}::"Language")
    ON CONFLICT (phone_number) DO UPDATE SET
      id = excluded.id, requested_at = excluded.requested_at, script = excluded.script, language = excluded.language,
      number = CASE WHEN ${stale} THEN 1 ELSE sms_password_requests.number + 1 END,
      numbered_since = CASE WHEN ${stale} THEN excluded.numbered_since ELSE sms_password_requests.numbered_since END
    WHERE sms_password_requests.requested_at <= ${latest}
    RETURNING number`;
  return rows[0]?.number;
}

async function tooSoon(app: Pick<App, 'config'>, tx: Tx, phoneNumber: PhoneNumber): Promise<Refusal> {
  const { requestedAt } = await tx.smsPasswordRequest.findUniqueOrThrow({ where: { phoneNumber } });
  return {
    __typename: 'TooManyRequests',
    retryAt: new Date(requestedAt.getTime() + app.config.SMS_RESEND_SECONDS * 1_000),
  };
}
