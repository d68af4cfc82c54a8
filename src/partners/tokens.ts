import type { App } from '../ports/app.ts';
import type { GrantKey } from './grants.ts';
import { stateIds } from './oauth-state.ts';
import { type PartnerScope, scopesIn } from './scopes.ts';

/** A partner that acts for a subscriber, as one of its access tokens says. */
export interface PartnerToken {
  partner: { id: string; name: string; operations: readonly string[] };
  grant: GrantKey;
  scopes: readonly PartnerScope[];
}

/** The authorization server's tokens are random, 256 bits and more; ours of other kinds have dots. */
export const isPartnerToken = (token: string): boolean => /^[\w-]{43,64}$/.test(token);

interface Row {
  subscriber_id: string;
  grant_id: string;
  partner_id: string;
  name: string;
  operations: string[];
  granted: string[];
  allowed: string[];
  scope: string | null;
}

/**
 * Whom a partner's access token speaks for. Asked of the database each time, in one statement: a leave that was ended
 * ends with it, from the next request in every process.
 */
export async function readPartnerToken(
  { db, clock, secrets }: Pick<App, 'db' | 'clock' | 'secrets'>,
  token: string,
): Promise<PartnerToken | undefined> {
  if (!isPartnerToken(token)) return undefined;
  const ids = stateIds(secrets, 'AccessToken', token);
  const [row] = await db.$queryRaw<Row[]>`
    SELECT g.subscriber_id, g.id AS grant_id, p.id AS partner_id, p.name, p.operations,
           g.scopes AS granted, p.scopes AS allowed, s.payload ->> 'scope' AS scope
    FROM oauth_states s
    JOIN partner_grants g ON g.subscriber_id = s.subscriber_id AND g.id = s.grant_id
    JOIN partners p ON p.id = g.partner_id
    WHERE s.id = ANY (${ids}) AND s.kind = 'AccessToken' AND s.expires_at > ${clock.now()}
      AND g.ended_at IS NULL AND p.removed_at IS NULL`;
  if (!row) return undefined;
  const granted = scopesIn(row.scope?.split(' ') ?? []);
  return {
    partner: { id: row.partner_id, name: row.name, operations: row.operations },
    grant: { subscriberId: row.subscriber_id, id: row.grant_id },
    scopes: granted.filter((scope) => row.granted.includes(scope) && row.allowed.includes(scope)),
  };
}
