import type { GraphQLError } from 'graphql';
import { type PartnerToken, readPartnerToken } from '../partners/tokens.ts';
import { isLive } from '../sign-in/sessions.ts';
import { readAccessToken, type SessionKey } from '../sign-in/tokens.ts';
import type { App } from '../ports/app.ts';
import { ProviderAway } from '../staff/provider.ts';
import { readStaffToken, type StaffMember } from '../staff/tokens.ts';
import { codedError, hasCode } from './errors.ts';

/** Whom a request speaks for. */
export type Viewer =
  | { kind: 'GUEST' }
  | { kind: 'SUBSCRIBER'; session: SessionKey }
  | ({ kind: 'STAFF' } & StaffMember)
  | ({ kind: 'PARTNER' } & PartnerToken);

export const GUEST: Viewer = { kind: 'GUEST' };

/** Whether a session lives. */
export type Lives = (session: SessionKey) => Promise<boolean>;

/** The role that may see and help subscribers. */
const SUPPORT_ROLE = 'support';

/** The token in an Authorization header (RFC 6750, 2.1). */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];

/**
 * Whom an Authorization header speaks for. Only its absence makes a guest: a credential that is bad, expired or
 * revoked is an error, so that nobody is quietly signed out. `lives` says it of a session.
 * @throws GraphQLError UNAUTHENTICATED, or UNAVAILABLE where nothing can be said of the credential just now
 */
export async function viewerOf(
  app: Pick<App, 'db' | 'clock' | 'config' | 'log' | 'secrets'>,
  authorization: string | undefined,
  lives: Lives = (session) => isLive(app, session),
): Promise<Viewer> {
  if (!authorization) return GUEST;
  const token = bearerOf(authorization) ?? '';
  const partner = await readPartnerToken(app, token);
  if (partner) return { kind: 'PARTNER', ...partner };
  const session = await readAccessToken(app, token);
  if (session && (await lives(session))) return { kind: 'SUBSCRIBER', session };
  const staff = session ? undefined : await readStaffToken(app, token).catch(ifProviderAway);
  if (staff) return { kind: 'STAFF', ...staff };
  throw sessionEnded();
}

/** A token of which nothing can be said is not refused: clients throw away what is. */
function ifProviderAway(error: unknown): never {
  if (!(error instanceof ProviderAway)) throw error;
  throw codedError(
    'UNAVAILABLE',
    'Whom this token speaks for cannot be told just now. Try again in a moment.',
  );
}

/** Nobody, where it cannot be told whom a credential speaks for, either: for what asks for none. */
export const guestWhatever = (error: unknown): Viewer =>
  hasCode(error, 'UNAVAILABLE') ? GUEST : guestUnless(error);

/** Nobody, for whom a credential that is no longer good is none; any other fault is not the credential's. */
export function guestUnless(error: unknown): Viewer {
  if (hasCode(error, 'UNAUTHENTICATED')) return GUEST;
  throw error;
}

/** Whom a socket speaks for, after its first message: it lives as long as the session that opened it. */
export async function viewerOfSession(session: SessionKey, lives: Lives): Promise<Viewer> {
  if (await lives(session)) return { kind: 'SUBSCRIBER', session };
  throw sessionEnded();
}

export const sessionEnded = (): GraphQLError =>
  codedError('UNAUTHENTICATED', 'The session has ended or the token is not valid. Sign in again.');

export const isSupport = (viewer: Viewer): boolean =>
  viewer.kind === 'STAFF' && viewer.roles.includes(SUPPORT_ROLE);

/** The line that a viewer acts for: as its subscriber, or as a partner by that subscriber's leave. */
export function ownLine(viewer: Viewer): string | undefined {
  if (viewer.kind === 'SUBSCRIBER') return viewer.session.subscriberId;
  return viewer.kind === 'PARTNER' ? viewer.grant.subscriberId : undefined;
}

/** Whether it is the line's subscriber in person. */
export const isOwner = (viewer: Viewer, subscriberId: string): boolean =>
  viewer.kind === 'SUBSCRIBER' && viewer.session.subscriberId === subscriberId;

/** A line is open to whoever acts for it and to support. */
export const mayOpen = (viewer: Viewer, subscriberId: string): boolean =>
  ownLine(viewer) === subscriberId || isSupport(viewer);

/**
 * The scope `line` as a plain answer, for types that come by the hundred: what a scope of a name with a value costs is
 * more than reading the row. That the operation has opened the line is noted.
 */
export function opensLine(
  { viewer, opened }: { viewer: Viewer; opened: Set<string> },
  subscriberId: string,
): boolean {
  const may = mayOpen(viewer, subscriberId);
  if (may) opened.add(subscriberId);
  return may;
}
