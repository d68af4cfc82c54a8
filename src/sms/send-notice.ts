import { messagesIn } from '../messages/messages.ts';
import type { PhoneNumber } from '../phone-number.ts';
import type { App } from '../ports/app.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { sendNotice } from './jobs.ts';
import { sendOnce } from './send-once.ts';

/** A notice that comes days late frightens more than it helps. */
const VALID_S = 86_400;

export const sendNoticeHandler = (app: Pick<App, 'db' | 'clock' | 'log' | 'sms'>): JobHandler => ({
  definition: sendNotice,
  run: async (given) => {
    const { id, subscriberId, notice, language } = sendNotice.payload.parse(given);
    const line = await app.db.subscriber.findUniqueOrThrow({
      where: { id: subscriberId },
      select: { phoneNumber: true },
    });
    await sendOnce(app, id, async () => ({
      to: line.phoneNumber as PhoneNumber,
      text: messagesIn(language).notices[notice],
      validitySeconds: VALID_S,
    }));
  },
});
