import type { DocumentNode } from 'graphql';
import { asksAboutSchema } from '../graphql/document-limits.ts';
import { codedError } from '../graphql/errors.ts';
import { bearerOf, guestUnless, type Viewer, viewerOf } from '../graphql/viewer.ts';
import { isPartnerToken } from '../partners/tokens.ts';
import { type Quota, takeUse } from '../partners/use.ts';
import type { App } from '../ports/app.ts';
import { documentNotFound, type Registered } from './persisted.ts';
import type { RequestFacts } from './yoga.ts';

/**
 * Refuses a text of the caller's own where only registered documents are run, before anything reads it: to partners
 * always, to everybody but staff with DOCUMENTS=persisted.
 * @throws GraphQLError PERSISTED_DOCUMENT_REQUIRED, or that it cannot be found out whether they are staff
 */
export async function admitText(app: App, facts: RequestFacts): Promise<void> {
  if (facts.registered) return;
  const token = bearerOf(facts.authorization);
  if (token && isPartnerToken(token)) throw documentRequired();
  if (app.config.DOCUMENTS === 'persisted' && !(await isStaff(app, facts))) throw documentRequired();
}

const documentRequired = () =>
  codedError('PERSISTED_DOCUMENT_REQUIRED', 'Only registered documents are run here: send a `documentId`.');

async function isStaff(app: App, { staff, session, authorization }: RequestFacts): Promise<boolean> {
  if (staff) return true;
  if (session) return false;
  const viewer = await viewerOf(app, authorization).catch(guestUnless);
  return viewer.kind === 'STAFF';
}

/**
 * Decides whether the viewer may have this document run, before any of it is. A partner's operation is taken from its
 * quota and written into the subscriber's log here.
 * @throws GraphQLError PERSISTED_DOCUMENT_REQUIRED, PERSISTED_DOCUMENT_NOT_FOUND, FORBIDDEN or RATE_LIMITED
 */
export async function admitViewer(
  app: App,
  viewer: Viewer,
  document: DocumentNode | undefined,
  facts: RequestFacts,
): Promise<void> {
  if (viewer.kind === 'PARTNER') return admitPartner(app, viewer, facts);
  if (facts.registered?.partner) throw documentNotFound();
  if (app.config.DEV_TOOLS || viewer.kind === 'STAFF' || !document) return;
  if (asksAboutSchema(document)) throw codedError('FORBIDDEN', 'Only staff may ask about the schema.');
}

async function admitPartner(
  app: App,
  viewer: Extract<Viewer, { kind: 'PARTNER' }>,
  { registered, tellQuota }: RequestFacts,
): Promise<void> {
  if (!registered) throw documentRequired();
  const { name, scopes } = partnersOwn(viewer, registered);
  const missing = scopes.filter((scope) => !viewer.scopes.includes(scope));
  if (missing.length) throw codedError('FORBIDDEN', `${name} needs the scope ${missing.join(' ')}.`);
  const quota = await takeUse(app, viewer, name);
  tellQuota?.(quota);
  if (!quota.taken)
    throw codedError('RATE_LIMITED', `Too many operations. Try again in ${quota.resetSeconds} seconds.`);
}

function partnersOwn({ partner }: Extract<Viewer, { kind: 'PARTNER' }>, { partner: document }: Registered) {
  if (!document || !partner.operations.includes(document.name)) throw documentNotFound();
  return document;
}

/** How a partner stands with its quota (draft-ietf-httpapi-ratelimit-headers-10, 3 and 4). */
export const quotaHeaders = ({ taken, limit, left, windowSeconds, resetSeconds }: Quota) => ({
  'ratelimit-policy': `"operations";q=${limit};w=${windowSeconds}`,
  ratelimit: `"operations";r=${left};t=${resetSeconds}`,
  ...(taken ? {} : { 'retry-after': String(resetSeconds) }),
});
