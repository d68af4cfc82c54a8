import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { RefreshSessionDocument, type SignInMutation, SignOutDocument } from '../../generated/operations.ts';
import { keep, recall } from '../kept.ts';
import { serverNow } from '../server-time.ts';
import { Store, useStore } from '../store.ts';
import { ask } from './ask.ts';

type SignedIn = Extract<SignInMutation['signIn'], { __typename: 'SignedIn' }>;

/** What a page may know of its session; the tokens are in cookies that no script reads. */
export interface Session {
  subscriberId: string;
  /** Until when, by this device's clock, the access token certainly does. */
  freshUntil: number;
  passwordChangeAdvised: boolean;
}

/** How the last one came to its end: the sign-in page says so. */
export type Ending = 'none' | 'over' | 'signedOut' | 'noCookies';

const KEY = 'session';
/** Whoever changes the session waits for the one that is about to, in all tabs. */
const LOCK = 'session';
const SPARE_MS = 30_000;
/** What we take a token to last at least and at most, where the two clocks disagree. */
const LEAST_MS = 20_000;
const MOST_MS = 3_600_000;

/** What all tabs share: the session, or how the last one came to its end. */
type Kept = Session | { ended: Ending };
const shared = (): Kept | undefined => recall(KEY) as Kept | undefined;
const sessionIn = (kept: Kept | undefined): Session | undefined =>
  kept && 'subscriberId' in kept ? kept : undefined;

const session = new Store(sessionIn(shared()));
/** Whether the cookies of a new session were seen to have come back. */
let proven = true;
const ending = new Store<Ending>('none');

export const hasSession = (): boolean => session.get() !== undefined;
export const useSession = (): Session | undefined => useStore(session);
export const useEnding = (): Ending => useStore(ending);

/**
 * Signing in and out in one tab is seen by all, a moment later. Whoever left on purpose is told so, whatever a tab that had
 * not heard of it took the end for: in which order tabs hear of each other is not for us to say.
 */
addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY) return;
  const now = JSON.parse(newValue ?? '{"ended":"over"}') as Kept;
  if (!('ended' in now)) ending.set('none');
  else if (ending.get() !== 'signedOut') ending.set(now.ended);
  session.set(sessionIn(now));
});

/** A page that the browser kept and brings back heard of nothing meanwhile, and may show somebody else's account. */
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

function begin(now: Session): void {
  session.set(now);
  ending.set('none');
  keep(KEY, now);
}

const freshUntil = (accessTokenExpiresAt: string): number => {
  const life = Date.parse(accessTokenExpiresAt) - serverNow() - SPARE_MS;
  return Date.now() + Math.min(Math.max(life, LEAST_MS), MOST_MS);
};

export function signedIn({ subscriber, accessTokenExpiresAt, passwordChangeAdvised }: SignedIn): void {
  proven = false;
  begin({
    subscriberId: subscriber.id,
    freshUntil: freshUntil(accessTokenExpiresAt),
    passwordChangeAdvised,
  });
}

/** What the server takes us for: a guest in the place of a session means that the browser sends no cookies. */
export function seenAs(who: 'subscriber' | 'guest'): void {
  if (who === 'guest') sessionEnded(proven ? 'over' : 'noCookies');
  else proven = true;
}

/** The password is one of the person's own now. */
export function passwordChosen(): void {
  const now = session.get();
  if (now) begin({ ...now, passwordChangeAdvised: false });
}

function sessionEnded(how: Exclude<Ending, 'none'>): void {
  if (session.get()) end(how);
}

function end(how: Exclude<Ending, 'none'>): void {
  ending.set(how);
  session.set(undefined);
  keep(KEY, { ended: how } satisfies Kept);
}

export const isStale = (): boolean => (session.get()?.freshUntil ?? Infinity) < Date.now();

/** Aborted when this session ends: what could not be sent until then is not for the next person to order. */
export function untilSessionEnds(): { ended: AbortSignal; forget: () => void } {
  const whose = session.get()?.subscriberId;
  const over = new AbortController();
  const forget = session.listen(() => {
    if (session.get()?.subscriberId === whose) return;
    forget();
    over.abort();
  });
  return { ended: over.signal, forget };
}

/** For later: whether it is still the same person who is signed in. What became of one's wish is not told to the next. */
export function samePerson(): () => boolean {
  const whose = session.get()?.subscriberId;
  return () => session.get()?.subscriberId === whose;
}

/** Asks for this session alone, and no more once it has ended: its cookies are the next person's then. Undefined: it has. */
async function askInSession<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data | undefined> {
  const { ended, forget } = untilSessionEnds();
  try {
    return await ask(document, variables, { signal: ended });
  } catch (error) {
    if (ended.aborted) return undefined;
    throw error;
  } finally {
    forget();
  }
}

/** As the tab that saw it last left it; where the browser keeps nothing, as this one did. */
const standing = (): Session | undefined => sessionIn(shared() ?? session.get());

/**
 * Renews the session's tokens, once for all tabs and requests that find them old; false: the session is over, and
 * everybody knows. Waits for a lost connection.
 */
export async function renew(): Promise<boolean> {
  const asked = standing()?.freshUntil;
  return navigator.locks.request(LOCK, async () => {
    const now = standing();
    if (!now) return false;
    if (now.freshUntil !== asked) return true;
    const renewed = await askInSession(RefreshSessionDocument, { input: {} });
    if (!renewed) return false;
    const { refreshSession } = renewed;
    if (refreshSession.__typename === 'SignedIn') {
      const { accessTokenExpiresAt, passwordChangeAdvised } = refreshSession;
      begin({ ...now, freshUntil: freshUntil(accessTokenExpiresAt), passwordChangeAdvised });
      return true;
    }
    sessionEnded('over');
    return false;
  });
}

/**
 * The exit. A stream may be told of it before the answer comes: its wish to renew the session waits. Another tab that was
 * answered as nobody meanwhile has taken it for an end by itself: here it is known better.
 */
export async function signOut(everywhere: boolean): Promise<void> {
  const whose = session.get()?.subscriberId;
  await navigator.locks.request(LOCK, async () => {
    await askInSession(SignOutDocument, { everywhere });
    if ([whose, undefined].includes(session.get()?.subscriberId)) end('signedOut');
  });
}
