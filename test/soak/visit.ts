import type { Smsc } from '../support/smsc.ts';
import type { Asking } from './asking.ts';
import { renewSoon, type Viewer } from './lines.ts';
import type { Streams } from './streams.ts';

/** What every journey works with. */
export interface Visit {
  asking: Asking;
  streams: Streams;
  smsc: Smsc;
  viewers: readonly Viewer[];
  /** The line whose turn it is to sign in by SMS: its number, and the address that it comes from. */
  nextLine(): { phoneNumber: string; address: string };
  /** Service orders that were accepted, to be found again in the books. */
  accepted: Set<string>;
}

const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) {
  __typename ... on SignedIn { tokens { accessToken refreshToken } } ... on UserError { code } } }`;

const renewals = new WeakMap<Viewer, Promise<void>>();

/** A token that still lives; replaced in time, once, however many ask for it. */
export async function tokenOf({ asking }: Visit, viewer: Viewer): Promise<string> {
  if (Date.now() > viewer.renewAt) {
    let renewal = renewals.get(viewer);
    if (!renewal) {
      renewal = renew(asking, viewer).finally(() => renewals.delete(viewer));
      renewals.set(viewer, renewal);
    }
    await renewal;
  }
  return viewer.accessToken;
}

async function renew(asking: Asking, viewer: Viewer): Promise<void> {
  const input = { refreshToken: viewer.refreshToken };
  const { tokens } = await asking.ask({
    kind: 'refresh',
    query: REFRESH,
    variables: { input },
    right: 'SignedIn',
    // A token that was replaced gives the same successor for ten seconds
    repeatable: true,
  });
  Object.assign(viewer, tokens, { renewAt: renewSoon() });
}

export const oneOf = <Value>(values: readonly Value[]): Value =>
  values[Math.floor(Math.random() * values.length)]!;
