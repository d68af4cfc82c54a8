import { messagesIn } from '../messages/messages.ts';
import { type PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { lockLine } from '../orders/lock-line.ts';
import { transliterate } from '../messages/transliterate.ts';
import { sendSmsPassword } from './jobs.ts';
import { hashPassword } from './password-hash.ts';
import { newSmsPassword, withWebOtp } from './sms-password.ts';

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'random' | 'secrets' | 'sms'>;

/**
 * Sends what was requested, if the number is a subscriber's and nothing newer was requested since. The new password
 * counts from the moment that the SMSC accepts the message; until then the old one stands.
 */
async function sendRequestedPassword(app: Parts, { requestId }: { requestId: string }): Promise<void> {
  const request = await app.db.smsPasswordRequest.findUnique({ where: { id: requestId } });
  if (!request) return;
  const subscriber = await app.db.subscriber.findUnique({
    where: { phoneNumber: request.phoneNumber },
    select: { id: true },
  });
  if (!subscriber) return;

  const password = newSmsPassword(app.random);
  const key = await prepare(app, subscriber.id, request.number, await hashPassword(app.secrets, password));
  const text = messagesIn(request.language).smsPassword(password.reveal(), request.number);
  const readable = request.script === 'LATIN' ? transliterate(text) : text;
  await app.sms.send({
    key: key.id,
    to: request.phoneNumber as PhoneNumber,
    text: withWebOtp(readable, password, app.config.PUBLIC_URL ?? 'http://localhost'),
    validitySeconds: app.config.SMS_PASSWORD_MINUTES * 60,
  });
  await accepted(app, key);
}

interface PasswordKey {
  subscriberId: string;
  id: string;
}

const prepare = (app: Parts, subscriberId: string, number: number, hash: string): Promise<PasswordKey> =>
  app.db.password.create({
    data: {
      subscriberId,
      origin: 'SMS',
      status: 'PREPARED',
      hash,
      number,
      createdAt: app.clock.now(),
      expiresAt: deadline(app),
    },
    select: { subscriberId: true, id: true },
  });

const deadline = (app: Parts): Date =>
  new Date(app.clock.now().getTime() + app.config.SMS_PASSWORD_MINUTES * 60_000);

/** The SMSC has taken the message: its password waits for its first use, in the place of an earlier one. */
const accepted = (app: Parts, { subscriberId, id }: PasswordKey): Promise<void> =>
  app.db.$transaction(async (tx: Tx) => {
    await lockLine(tx, subscriberId);
    const where = { subscriberId_id: { subscriberId, id } };
    // A quick reader may have used it already.
    if ((await tx.password.findUnique({ where }))?.status !== 'PREPARED') return;
    await tx.password.updateMany({
      where: { subscriberId, status: 'PENDING' },
      data: { status: 'SUPERSEDED' },
    });
    await tx.password.update({ where, data: { status: 'PENDING', expiresAt: deadline(app) } });
  });

export const sendSmsPasswordHandler = (app: Parts): JobHandler => ({
  definition: sendSmsPassword,
  run: (payload) => sendRequestedPassword(app, sendSmsPassword.payload.parse(payload)),
});
