import type { Subscriber } from '../generated/prisma/client.ts';
import { messagesIn, type Notice } from '../messages/messages.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { sendNotice } from './jobs.ts';
import { sendOnce } from './send-once.ts';

/** A notice that comes days late frightens more than it helps. */
const VALID_S = 86_400;

type Line = Pick<Subscriber, 'status' | 'unpaid'>;

/** What has been overtaken is not told: a line may be open again before anybody has said that it was not. */
function isSo(notice: Notice, { status, unpaid }: Line): boolean {
  if (notice === 'LINE_SUSPENDED') return status === 'SUSPENDED' && unpaid;
  return notice !== 'LINE_RESTORED' || status === 'ACTIVE';
}

export const sendNoticeHandler = (app: Pick<App, 'db' | 'clock' | 'log' | 'sms'>): JobHandler => ({
  definition: sendNotice,
  run: async (given) => {
    const { id, subscriberId, notice, language } = sendNotice.payload.parse(given);
    const line = await app.db.subscriber.findUniqueOrThrow({
      where: { id: subscriberId },
      select: { phoneNumber: true, status: true, unpaid: true },
    });
    if (!isSo(notice, line)) return;
    await sendOnce(app, id, async () => ({
      to: line.phoneNumber as PhoneNumber,
      text: messagesIn(language).notices[notice],
      validitySeconds: VALID_S,
    }));
  },
});
