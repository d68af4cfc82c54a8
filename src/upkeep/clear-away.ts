import { z } from 'zod';
import { clearFiles } from '../cost-control/clear-files.ts';
import type { App } from '../ports/app.ts';
import type { JobDefinition, JobHandler } from '../ports/jobs.ts';

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1_440;
/** How long what has ended can still be asked about. */
const KEPT_DAYS = 30;

/** Clears away what no promise needs any more, every hour. */
export const clearAway: JobDefinition<object> = {
  name: 'clear-away',
  payload: z.object({}),
  retryLimit: 2,
  expireInSeconds: 600,
  cron: '17 * * * *',
};

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'files'>;

async function clear({ db, clock, config }: Parts): Promise<void> {
  const now = clock.now();
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
  // Another process's clock may be behind: what has only just expired could be used again there
  await db.usedCaptcha.deleteMany({ where: { expiresAt: { lt: daysAgo(1) } } });
  await db.$executeRaw`DELETE FROM turns WHERE coalesce(at[1] < ${daysAgo(1)}, true)`;
  // A number whose tries are used up stays so until a new SMS password opens it.
  await db.tries.deleteMany({
    where: {
      lastAt: { lt: daysAgo(1 + config.SIGN_IN_PAUSE_MINUTES / DAY_MINUTES) },
      onlyAfter: null,
      wrong: { lt: config.SIGN_IN_TRIES_PER_DAY },
    },
  });
  await db.smsPasswordRequest.deleteMany({ where: { requestedAt: { lt: daysAgo(2) } } });
  await db.password.deleteMany({
    where: {
      createdAt: { lt: daysAgo(2) },
      OR: [
        { status: { in: ['PREPARED', 'SUPERSEDED', 'RETIRED'] } },
        { status: 'PENDING', expiresAt: { lt: daysAgo(1) } },
      ],
    },
  });
  await db.session.deleteMany({
    where: { OR: [{ endedAt: { lt: daysAgo(KEPT_DAYS) } }, { expiresAt: { lt: daysAgo(KEPT_DAYS) } }] },
  });
  await db.sentSms.deleteMany({ where: { createdAt: { lt: daysAgo(KEPT_DAYS) } } });
  await db.smsReceipt.deleteMany({ where: { at: { lt: daysAgo(KEPT_DAYS) } } });
  await db.tariffQuote.deleteMany({ where: { createdAt: { lt: daysAgo(KEPT_DAYS) } } });
  await db.oauthState.deleteMany({ where: { expiresAt: { lt: now } } });
  await db.partnerUse.deleteMany({ where: { at: { lt: daysAgo(config.PARTNER_USES_DAYS) } } });
  await db.event.deleteMany({ where: { occurredAt: { lt: daysAgo(config.EVENT_DAYS) } } });
  await db.idempotencyKey.deleteMany({ where: { createdAt: { lt: daysAgo(config.IDEMPOTENCY_DAYS) } } });
}

export const clearAwayHandler = (app: Parts): JobHandler => ({
  definition: clearAway,
  run: async () => {
    await clear(app);
    await clearFiles(app);
  },
});
