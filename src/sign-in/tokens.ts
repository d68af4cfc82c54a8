import { randomUUID } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { App } from '../ports/app.ts';
import type { Secrets } from '../secrets.ts';
import { type SigningKey, signingKeys } from './signing-keys.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const ACCESS: TokenKind = {
  issuer: 'internet-assistant',
  audience: 'internet-assistant',
  // RFC 9068, 2.1
  typ: 'at+jwt',
};
/** Longer than any token of ours: what is not read need not be checked. */
const MAX_TOKEN_LENGTH = 2_048;

/** What tells tokens of one use from those of another, although one key family signs them. */
export interface TokenKind {
  issuer: string;
  audience: string;
  typ: string;
}

/** One session of one line. */
export interface SessionKey {
  subscriberId: string;
  id: string;
}

/** What a refresh token says: which session goes on, how often it has, and on which device. */
export interface RefreshKey extends SessionKey {
  generation: number;
  /** Its name; a session's device keeps it, or refreshing would make devices with tries of their own. */
  device: string;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  deviceToken: string;
  accessTokenExpiresAt: Date;
}

const keySets = new WeakMap<Secrets, Promise<SigningKey[]>>();

/** The keys of access tokens; the public ones are the installation's JWKS. */
export function accessKeys(secrets: Secrets): Promise<SigningKey[]> {
  let keys = keySets.get(secrets);
  if (!keys) keySets.set(secrets, (keys = signingKeys(secrets, 'signing')));
  return keys;
}

const verifiedTokens = new WeakMap<Secrets, VerifiedTokens<SessionKey>>();

/** What was verified by these keys: others make a cache of their own. */
function knownTokens(secrets: Secrets): VerifiedTokens<SessionKey> {
  let known = verifiedTokens.get(secrets);
  if (!known) verifiedTokens.set(secrets, (known = new VerifiedTokens()));
  return known;
}

export async function issueTokens(
  app: Pick<App, 'clock' | 'config' | 'secrets'>,
  session: RefreshKey,
): Promise<Tokens> {
  const [key] = await accessKeys(app.secrets);
  const now = app.clock.now();
  const accessTokenExpiresAt = new Date(now.getTime() + app.config.ACCESS_TOKEN_MINUTES * 60_000);
  const accessToken = await signed(key!, ACCESS, new SignJWT({ sid: session.id }), session.subscriberId, {
    from: now,
    until: accessTokenExpiresAt,
  });
  return {
    accessToken,
    refreshToken: encodeRefreshToken(app.secrets, session),
    deviceToken: deviceTokenOf(app.secrets, session),
    accessTokenExpiresAt,
  };
}

/** The session of an access token that is ours and has not expired; whether it still lives is for the database to say. */
export async function readAccessToken(
  app: Pick<App, 'clock' | 'secrets'>,
  token: string,
): Promise<SessionKey | undefined> {
  const now = app.clock.now();
  const known = knownTokens(app.secrets);
  const session = known.whomFor(token, now);
  if (session) return session;
  const claims = await verified(token, await accessKeys(app.secrets), ACCESS, now);
  if (!claims?.sub || typeof claims['sid'] !== 'string') return undefined;
  const found = { subscriberId: claims.sub, id: claims['sid'] };
  known.keep(token, { whom: found, exp: claims.exp! }, now);
  return found;
}

/** A token of a kind about a subject, good for a time. */
export const signed = (
  key: SigningKey,
  { issuer, audience, typ }: TokenKind,
  claims: SignJWT,
  subject: string,
  { from, until }: { from: Date; until: Date },
): Promise<string> =>
  claims
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(from)
    .setExpirationTime(until)
    .sign(key.privateKey);

/** The claims of a token of this kind signed by one of the keys; undefined for any other (RFC 8725). */
export async function verified(
  token: string,
  keys: SigningKey[],
  { issuer, audience, typ }: TokenKind,
  now: Date,
): Promise<JWTPayload | undefined> {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  try {
    // Looked at before anything is verified: tokens of others come with every request of theirs
    const { kid } = decodeProtectedHeader(token);
    const key = keys.find((candidate) => candidate.kid === kid);
    if (!key) return undefined;
    const options = {
      issuer,
      audience,
      typ,
      algorithms: ['EdDSA'],
      currentDate: now,
      requiredClaims: ['sub', 'exp', 'iat'],
    };
    return (await jwtVerify(token, key.publicKey, options)).payload;
  } catch {
    return undefined;
  }
}

/** Each generation's token can be made again from the session alone, so that none is stored. */
function encodeRefreshToken(secrets: Secrets, { subscriberId, id, generation, device }: RefreshKey): string {
  const body = `${subscriberId}.${id}.${generation}.${device}`;
  return `${body}.${secrets.tag('refresh-token', body)}`;
}

export function readRefreshToken(secrets: Secrets, token: string): RefreshKey | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const [subscriberId = '', id = '', generation = '', device = '', tag = ''] = token.split('.');
  const body = `${subscriberId}.${id}.${generation}.${device}`;
  if (token !== `${body}.${tag}` || !secrets.matches('refresh-token', body, tag)) return undefined;
  return { subscriberId, id, generation: Number(generation), device };
}

/** A device's name tells when it first signed in, for a line may have another owner since. */
export const newDevice = (now: Date): string => `${now.getTime()}-${randomUUID()}`;

const firstSignInOf = (device: string): Date => new Date(Number(device.split('-', 1)[0]));

/** The device that a token shows to have signed in to this line before, under its present owner. */
export function knownDevice(
  secrets: Secrets,
  { id, ownerSince }: { id: string; ownerSince: Date | null },
  token: string | undefined,
): string | undefined {
  const [device = '', tag = ''] = token?.split('.', 2) ?? [];
  if (!token || !secrets.matches('device-token', `${id}/${device}`, tag)) return undefined;
  return !ownerSince || firstSignInOf(device) > ownerSince ? device : undefined;
}

const deviceTokenOf = (secrets: Secrets, { subscriberId, device }: RefreshKey): string =>
  `${device}.${secrets.tag('device-token', `${subscriberId}/${device}`)}`;
