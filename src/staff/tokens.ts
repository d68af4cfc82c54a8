import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Configuration } from 'openid-client';
import type { App } from '../ports/app.ts';
import { signingKeys } from '../sign-in/signing-keys.ts';
import type { Secrets } from '../secrets.ts';
import { signed, type TokenKind, verified } from '../sign-in/tokens.ts';
import { VerifiedTokens } from '../sign-in/verified-tokens.ts';
import { isAway, providerOf } from './provider.ts';

/** Development has no identity provider; these tokens are our own and only good while the developer tools are on. */
const DEV_STAFF: TokenKind = {
  issuer: 'internet-assistant-dev-staff',
  audience: 'internet-assistant',
  typ: 'at+jwt',
};
const DEV_TOKEN_HOURS = 12;

export interface StaffMember {
  subject: string;
  name: string;
  roles: string[];
}

type Parts = Pick<App, 'clock' | 'config' | 'secrets'>;
type Reading = Parts & Pick<App, 'log'>;
type KeySet = ReturnType<typeof createRemoteJWKSet>;
const keySets = new WeakMap<Configuration, KeySet>();

/** How long a signature that was found good is believed: a key that the provider has withdrawn is noticed after that. */
const BELIEVED_S = 60;

/** As long as a subject may be (OpenID Connect Core 1.0, 2). */
const MAX_TEXT_LENGTH = 255;

const verifiedTokens = new WeakMap<Secrets, VerifiedTokens<StaffMember>>();

/**
 * The member of staff a token of the operator's identity provider speaks for; undefined: not such a token, or a bad one.
 * @throws ProviderAway
 */
export async function readStaffToken(app: Reading, token: string): Promise<StaffMember | undefined> {
  const now = app.clock.now();
  const known = verifiedTokens.get(app.secrets) ?? new VerifiedTokens<StaffMember>();
  verifiedTokens.set(app.secrets, known);
  const whom = known.whomFor(token, now);
  if (whom) return whom;
  const claims = await claimsOf(app, token);
  if (!claims?.sub) return undefined;
  const member = staffMemberOf(app.config, { ...claims, sub: claims.sub });
  const believed = Math.floor(now.getTime() / 1_000) + BELIEVED_S;
  known.keep(token, { whom: member, exp: Math.min(claims.exp ?? believed, believed) }, now);
  return member;
}

/** A member of staff as the provider's claims describe them. */
export function staffMemberOf(
  { STAFF_ROLES_CLAIM }: Pick<App['config'], 'STAFF_ROLES_CLAIM'>,
  claims: JWTPayload & { sub: string },
): StaffMember {
  const roles = claims[STAFF_ROLES_CLAIM];
  const subject = asColumn(claims.sub);
  return {
    subject,
    name: typeof claims['name'] === 'string' ? asColumn(claims['name']) : subject,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
  };
}

/**
 * A text of the provider's as PostgreSQL takes it, which knows neither U+0000 nor half a character: one name that it
 * refuses would hold up the record of what all staff do.
 */
const asColumn = (text: string): string => text.replaceAll('\0', '').slice(0, MAX_TEXT_LENGTH).toWellFormed();

async function claimsOf(app: Reading, token: string): Promise<JWTPayload | undefined> {
  const issuer = issuerOf(token);
  const { STAFF_ISSUER, STAFF_AUDIENCE, DEV_TOOLS } = app.config;
  if (DEV_TOOLS && issuer === DEV_STAFF.issuer)
    return verified(token, await signingKeys(app.secrets, 'staff-signing'), DEV_STAFF, app.clock.now());
  if (!STAFF_ISSUER || issuer !== STAFF_ISSUER) return undefined;
  const keys = keysOf(await providerOf(app));
  try {
    const options = {
      issuer,
      audience: STAFF_AUDIENCE,
      currentDate: app.clock.now(),
      requiredClaims: ['exp'],
    };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (err) {
    if (isOfToken(err)) return undefined;
    throw isAway(app, err);
  }
}

/** What jose says of the way to the keys; everything else that it says is about the token. */
const OF_THE_KEYS = [errors.JOSEError.code, errors.JWKSInvalid.code, errors.JWKSTimeout.code];

const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !OF_THE_KEYS.includes(error.code);

/** Who says to have made a token, before anything is believed of it. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** The provider's keys: fetched when they are first needed, and again when a token names one that is new. */
function keysOf(provider: Configuration): KeySet {
  let keys = keySets.get(provider);
  if (!keys) keySets.set(provider, (keys = createRemoteJWKSet(new URL(provider.serverMetadata().jwks_uri!))));
  return keys;
}

/** A token for a member of staff that does not exist, for GraphiQL on a developer's machine. */
export async function devStaffToken(app: Parts, roles: string[], subject = 'developer'): Promise<string> {
  const [key] = await signingKeys(app.secrets, 'staff-signing');
  const now = app.clock.now();
  const claims = new SignJWT({ name: 'Developer', [app.config.STAFF_ROLES_CLAIM]: roles });
  const until = new Date(now.getTime() + DEV_TOKEN_HOURS * 3_600_000);
  return signed(key!, DEV_STAFF, claims, subject, { from: now, until });
}
