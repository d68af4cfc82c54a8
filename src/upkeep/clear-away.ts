import { z } from 'zod';
import { clearFiles } from '../cost-control/clear-files.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { TABLE_NAMES } from '../orders/order.ts';
import type { App } from '../ports/app.ts';
import type { JobDefinition, JobHandler } from '../ports/jobs.ts';
import { dropParts, oldestMonth } from '../usage/parts.ts';

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

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'files' | 'log'>;

/** How many rows go at once: a statement that is cut off for its length would leave everything where it is. */
const AT_ONCE = 5_000;

/** What is over, table by table. */
function whatIsOver({ clock, config }: Parts): [table: string, over: Prisma.Sql][] {
  const now = clock.now();
  const daysAgo = (days: number) => Prisma.sql`${new Date(now.getTime() - days * DAY_MS)}::timestamptz`;
  const past = (column: string, days: number) => Prisma.sql`${Prisma.raw(column)} < ${daysAgo(days)}`;
  return [
    // Another process's clock may be behind: what has only just expired could be used again there
    ['used_captchas', past('expires_at', 1)],
    ['turns', Prisma.sql`coalesce(at[1] < ${daysAgo(1)}, true)`],
    // A number whose tries are used up stays so until a new SMS password opens it
    [
      'tries',
      Prisma.sql`${past('last_at', 1 + config.SIGN_IN_PAUSE_MINUTES / DAY_MINUTES)}
        AND only_after IS NULL AND wrong < ${config.SIGN_IN_TRIES_PER_DAY}`,
    ],
    ['sms_password_requests', past('requested_at', 2)],
    [
      'passwords',
      Prisma.sql`${past('created_at', 2)} AND (status IN ('PREPARED', 'SUPERSEDED', 'RETIRED')
        OR status = 'PENDING' AND ${past('expires_at', 1)})`,
    ],
    ['sessions', Prisma.sql`(${past('ended_at', KEPT_DAYS)} OR ${past('expires_at', KEPT_DAYS)})`],
    ['sent_sms', past('created_at', KEPT_DAYS)],
    ['sms_receipts', past('at', KEPT_DAYS)],
    // One that is asked for again and again holds on
    ['tariff_quotes', Prisma.sql`${past('created_at', KEPT_DAYS)} AND ${past('expires_at', 0)}`],
    ['oauth_states', past('expires_at', 0)],
    ['partner_uses', past('at', config.PARTNER_USES_DAYS)],
    // A stream begins with the last event of each order that is open, however long that takes
    ['events', Prisma.sql`${past('occurred_at', config.EVENT_DAYS)} AND NOT (${isOfOpenOrder()})`],
    ['idempotency_keys', past('created_at', config.IDEMPOTENCY_DAYS)],
  ];
}

const isOfOpenOrder = (): Prisma.Sql =>
  Prisma.join(
    Object.values(TABLE_NAMES).map(
      (name) => Prisma.sql`EXISTS (SELECT 1 FROM ${Prisma.raw(name)} o
        WHERE o.subscriber_id = events.subscriber_id AND o.id = events.order_id AND o.finished_at IS NULL)`,
    ),
    ' OR ',
  );

/**
 * A statement for so many rows at a time, so that a table that has grown for long is cleared, too, if not at once. A row that
 * somebody has is for the next run: waiting for it with others in hand could end in a deadlock.
 */
async function remove({ db }: Parts, table: string, over: Prisma.Sql): Promise<void> {
  const name = Prisma.raw(table);
  for (;;) {
    const removed = await db.$executeRaw`
      DELETE FROM ${name} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${name} WHERE ${over} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`;
    if (removed < AT_ONCE) return;
  }
}

export const clearAwayHandler = (app: Parts): JobHandler => ({
  definition: clearAway,
  run: async () => {
    const steps: (readonly [what: string, step: () => Promise<void>])[] = [
      ['files', () => clearFiles(app)],
      ['usage records', () => dropParts(app.db, oldestMonth(app.config, app.clock.now()))],
      ...whatIsOver(app).map(([table, over]) => [table, () => remove(app, table, over)] as const),
    ];
    const left: string[] = [];
    for (const [what, step] of steps)
      await step().catch((err: unknown) => {
        app.log.error({ err, what }, 'what is over could not be cleared away');
        left.push(what);
      });
    if (left.length) throw new Error(`Not cleared away: ${left.join(', ')}`);
  },
});
