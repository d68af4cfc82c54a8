import type { Channel } from '../generated/prisma/enums.ts';
import { partnerActor, SELF, staffActor } from '../orders/idempotency.ts';
import type { Viewer } from './viewer.ts';

/** Under whose name a viewer's idempotency keys are kept. */
export function actorOf(viewer: Viewer): string {
  if (viewer.kind === 'STAFF') return staffActor(viewer.subject);
  return viewer.kind === 'PARTNER' ? partnerActor(viewer.partner.id) : SELF;
}

/** By which channel a viewer orders for the line that it acts for. */
export const channelOf = (viewer: Viewer): Channel => (viewer.kind === 'PARTNER' ? 'PARTNER' : 'SELF_CARE');
