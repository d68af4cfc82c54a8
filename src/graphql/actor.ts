import type { Channel } from '../generated/prisma/enums.ts';
import { type Asker, partnerActor, SELF, staffActor } from '../orders/idempotency.ts';
import { LIVE_GRANT } from '../partners/grants.ts';
import type { App } from '../ports/app.ts';
import type { Tx } from '../ports/database.ts';
import { isLive } from '../sign-in/sessions.ts';
import { sessionEnded, type Viewer } from './viewer.ts';

/** Under whose name a viewer's idempotency keys are kept. */
export function actorOf(viewer: Viewer): string {
  if (viewer.kind === 'STAFF') return staffActor(viewer.subject);
  return viewer.kind === 'PARTNER' ? partnerActor(viewer.partner.id) : SELF;
}

/**
 * A viewer as the one who asks for an order. Whether they still may is looked at once the line's lock is theirs: what they
 * waited for may have been the end of their session, or of the partner's leave.
 */
export const askerOf = (app: Pick<App, 'clock' | 'config'>, viewer: Viewer): Asker => ({
  actor: actorOf(viewer),
  stillMay: async (tx) => {
    if (!(await isStillIn(app, tx, viewer))) throw sessionEnded();
  },
});

async function isStillIn(app: Pick<App, 'clock' | 'config'>, tx: Tx, viewer: Viewer): Promise<boolean> {
  if (viewer.kind === 'SUBSCRIBER') return isLive({ ...app, db: tx }, viewer.session);
  if (viewer.kind !== 'PARTNER') return true;
  return (await tx.partnerGrant.count({ where: { ...viewer.grant, ...LIVE_GRANT } })) > 0;
}

/** By which channel a viewer orders for the line that it acts for. */
export const channelOf = (viewer: Viewer): Channel => (viewer.kind === 'PARTNER' ? 'PARTNER' : 'SELF_CARE');
