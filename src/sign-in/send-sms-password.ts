import { lockLine } from '../orders/lock-line.ts';
import { messagesIn } from '../messages/messages.ts';
import { transliterate } from '../messages/transliterate.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { JobHandler } from '../ports/jobs.ts';
import type { SmsMessage } from '../ports/sms.ts';
import { sendOnce, SmsRefused } from '../sms/send-once.ts';
import { sendSmsPassword } from './jobs.ts';
import { supersedeOlder } from './line-passwords.ts';
import { newSmsPassword, withWebOtp } from './sms-password.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'log' | 'random' | 'passwords' | 'sms'>;

/**
 * Sends what was requested, if the number is a subscriber's and nothing newer was requested since. The new password
 * counts from the moment that the SMSC accepts the message; until then the old one stands.
 */
async function sendRequestedPassword(app: Parts, { requestId }: { requestId: string }): Promise<void> {
  const request = await app.db.smsPasswordRequest.findUnique({ where: { id: requestId } });
  if (!request) return;
  const line = await app.db.subscriber.findUnique({
    where: { phoneNumber: request.phoneNumber },
    select: { id: true },
  });
  const compose = async (): Promise<SmsMessage> => {
    const password = newSmsPassword(app.random);
    const hash = await app.passwords.hash(password);
    if (line) await prepare(app, { subscriberId: line.id, id: requestId }, hash, request);
    const text = messagesIn(request.language).smsPassword(password.reveal(), request.number);
    const readable = request.script === 'LATIN' ? transliterate(text) : text;
    return {
      to: request.phoneNumber as PhoneNumber,
      text: withWebOtp(readable, password, app.config.PUBLIC_URL ?? 'http://localhost'),
      validitySeconds: app.config.SMS_PASSWORD_MINUTES * 60,
    };
  };
  // The work is the same for nobody's number, so that no load tells one from the other.
  if (!line) await compose();
  else await handOver(app, { subscriberId: line.id, id: requestId }, compose);
}

async function handOver(app: Parts, key: PasswordKey, compose: () => Promise<SmsMessage>): Promise<void> {
  try {
    if (await sendOnce(app, key.id, compose)) await accepted(app, key);
  } catch (error) {
    // Nobody will ever read it: the next attempt makes another
    if (error instanceof SmsRefused)
      await app.db.password.deleteMany({ where: { ...key, status: 'PREPARED' } });
    throw error;
  }
}

interface PasswordKey {
  subscriberId: string;
  id: string;
}

/** Each attempt at handing the message over makes a password of its own; there is one attempt at a time. */
async function prepare(
  app: Parts,
  key: PasswordKey,
  hash: string,
  { number, requestedAt }: { number: number; requestedAt: Date },
): Promise<void> {
  const now = app.clock.now();
  // A worker's clock that is behind must not make a password older than the request that it opens a number with
  const fresh = { hash, createdAt: now > requestedAt ? now : requestedAt, expiresAt: deadline(app) };
  const { count } = await app.db.password.updateMany({ where: { ...key, status: 'PREPARED' }, data: fresh });
  if (!count)
    await app.db.password.create({ data: { ...key, origin: 'SMS', status: 'PREPARED', number, ...fresh } });
}

const deadline = (app: Parts): Date =>
  new Date(app.clock.now().getTime() + app.config.SMS_PASSWORD_MINUTES * 60_000);

/** The SMSC has taken the message: its password waits for its first use, in the place of an earlier one. */
const accepted = (app: Parts, key: PasswordKey): Promise<void> =>
  app.db.$transaction(async (tx) => {
    await lockLine(tx, key.subscriberId);
    const where = { subscriberId_id: key };
    const sent = await tx.password.findUnique({ where });
    // A quick reader may have used it already, or a newer one have taken its place.
    if (sent?.status !== 'PREPARED') return;
    await supersedeOlder(tx, sent);
    await tx.password.update({ where, data: { status: 'PENDING', expiresAt: deadline(app) } });
  });

export const sendSmsPasswordHandler = (app: Parts): JobHandler => ({
  definition: sendSmsPassword,
  run: (payload) => sendRequestedPassword(app, sendSmsPassword.payload.parse(payload)),
});
