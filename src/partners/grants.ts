import { randomUUID } from 'node:crypto';
import type { Language } from '../generated/prisma/enums.ts';
import { lockLine } from '../orders/lock-line.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { sendNotice } from '../sms/jobs.ts';
import { recentSimChange } from '../subscriber/sim-change.ts';
import { type PartnerScope, scopesIn } from './scopes.ts';

/** One subscriber's leave for one partner. */
export interface GrantKey {
  subscriberId: string;
  id: string;
}

export interface AllowPartner {
  subscriberId: string;
  partnerId: string;
  scopes: readonly PartnerScope[];
  language: Language;
  /** Throws where whoever consents may no more, now that the line's lock is theirs. */
  stillMay?: (tx: Tx) => Promise<void>;
}

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'jobs'>;

/** Where it is told that a line's leave for a partner has ended. */
export const grantsTopic = (subscriberId: string): string => `partner-grants/${subscriberId}`;

/** A leave that has not ended, for a partner that has not been removed. */
export const LIVE_GRANT = { endedAt: null, partner: { removedAt: null } };

/** Gives a partner leave, or widens what it has; the owner is told by SMS. Refused for a while after a SIM change. */
export async function allowPartner(
  app: Parts,
  { subscriberId, partnerId, scopes, language, stillMay }: AllowPartner,
): Promise<GrantKey | { __typename: 'RecentSimChange'; until: Date; timeZone: string }> {
  return app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    await stillMay?.(tx);
    const line = await tx.subscriber.findUniqueOrThrow({
      where: { id: subscriberId },
      select: { simChangedAt: true, timeZone: true },
    });
    const until = recentSimChange(app.config, line, app.clock.now());
    if (until) return { __typename: 'RecentSimChange' as const, until, timeZone: line.timeZone };
    const grant = await write(app, tx, subscriberId, partnerId, scopes);
    const notice = { id: randomUUID(), subscriberId, notice: 'PARTNER_ALLOWED' as const, language };
    await app.jobs.enqueue(tx, sendNotice, notice);
    return grant;
  });
}

/** One leave for a partner and line, under the line's lock. */
async function write(
  { clock }: Parts,
  tx: Tx,
  subscriberId: string,
  partnerId: string,
  scopes: readonly PartnerScope[],
): Promise<GrantKey> {
  const select = { subscriberId: true, id: true, scopes: true };
  const live = await tx.partnerGrant.findFirst({ where: { subscriberId, partnerId, endedAt: null }, select });
  if (!live)
    return tx.partnerGrant.create({
      data: { subscriberId, partnerId, scopes: [...scopes], createdAt: clock.now() },
      select,
    });
  const { id } = live;
  return tx.partnerGrant.update({
    where: { subscriberId_id: { subscriberId, id } },
    data: { scopes: scopesIn([...live.scopes, ...scopes]) },
    select,
  });
}

/** Ends a line's leave for partners, for one or for all; how many there were. What they had open closes. */
export async function endGrants(
  app: Pick<App, 'clock' | 'wakeUps'>,
  tx: Tx,
  { subscriberId, id }: { subscriberId: string; id?: string },
): Promise<number> {
  const { count } = await tx.partnerGrant.updateMany({
    where: { subscriberId, endedAt: null, ...(id ? { id } : {}) },
    data: { endedAt: app.clock.now() },
  });
  if (!count) return 0;
  await tx.oauthState.deleteMany({ where: { subscriberId, ...(id ? { grantId: id } : {}) } });
  await app.wakeUps.notify(tx, grantsTopic(subscriberId));
  return count;
}

/** Which of these have not ended. */
export async function liveGrants(app: Pick<App, 'db'>, grants: readonly GrantKey[]): Promise<boolean[]> {
  const rows = await app.db.partnerGrant.findMany({
    where: {
      ...LIVE_GRANT,
      subscriberId: { in: grants.map(({ subscriberId }) => subscriberId) },
      id: { in: grants.map(({ id }) => id) },
    },
    select: { id: true },
  });
  const live = new Set(rows.map(({ id }) => id));
  return grants.map(({ id }) => live.has(id));
}
