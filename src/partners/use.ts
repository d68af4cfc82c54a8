import { randomUUID } from 'node:crypto';
import type { App } from '../ports/app.ts';
import { limitsRefused } from '../seeing/metrics.ts';
import type { PartnerToken } from './tokens.ts';

/** How a partner stands with its quota. */
export interface Quota {
  /** False: it has none left, and this operation must not run. */
  taken: boolean;
  limit: number;
  left: number;
  windowSeconds: number;
  /** Until the quota is whole again. */
  resetSeconds: number;
}

const WINDOW_S = 60;

/**
 * Takes one operation from a partner's quota and writes it into the subscriber's log, before it runs: both or neither.
 * Exact whatever comes at once in whatever process, since one statement decides under the lock of the partner's row.
 */
export async function takeUse(
  { db, clock, config }: Pick<App, 'db' | 'clock' | 'config'>,
  { partner, grant }: PartnerToken,
  operationName: string,
): Promise<Quota> {
  const limit = config.PARTNER_OPERATIONS_PER_MINUTE;
  const now = clock.now();
  const windowStart = new Date(now.getTime() - WINDOW_S * 1_000);
  const [row] = await db.$queryRaw<{ used: number; since: Date }[]>`
    WITH turn AS (
      INSERT INTO partner_quotas AS q (partner_id, since, used) VALUES (${partner.id}, ${now}, 1)
      ON CONFLICT (partner_id) DO UPDATE SET
        since = CASE WHEN q.since <= ${windowStart} THEN ${now} ELSE q.since END,
        used = CASE WHEN q.since <= ${windowStart} THEN 1 ELSE q.used + 1 END
      WHERE q.since <= ${windowStart} OR q.used < ${limit}
      RETURNING used, since
    ), use AS (
      INSERT INTO partner_uses (subscriber_id, id, grant_id, at, operation_name)
      SELECT ${grant.subscriberId}::uuid, ${randomUUID()}::uuid, ${grant.id}::uuid, ${now}, ${operationName} FROM turn
    ), seen AS (
      UPDATE partner_grants SET last_used_at = ${now} FROM turn
      WHERE subscriber_id = ${grant.subscriberId}::uuid AND id = ${grant.id}::uuid
    )
    SELECT used, since FROM turn`;
  if (!row) limitsRefused.inc({ limit: 'partner operations' });
  const since =
    row?.since ?? (await db.partnerQuota.findUniqueOrThrow({ where: { partnerId: partner.id } })).since;
  const resetMs = since.getTime() + WINDOW_S * 1_000 - now.getTime();
  return {
    taken: row !== undefined,
    limit,
    left: row ? limit - row.used : 0,
    windowSeconds: WINDOW_S,
    resetSeconds: Math.max(1, Math.ceil(resetMs / 1_000)),
  };
}
