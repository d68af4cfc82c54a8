import { randomUUID } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { App } from '../ports/app.ts';
import type { Secrets } from '../secrets.ts';
import { type SigningKey, signingKeys } from './signing-keys.ts';

const ISSUER = 'internet-assistant';

/** One session of one line. */
export interface SessionKey {
  subscriberId: string;
  id: string;
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

export async function issueTokens(
  app: Pick<App, 'clock' | 'config' | 'secrets'>,
  session: SessionKey,
  generation: number,
  deviceToken?: string,
): Promise<Tokens> {
  const [key] = await accessKeys(app.secrets);
  const now = app.clock.now();
  const accessTokenExpiresAt = new Date(now.getTime() + app.config.ACCESS_TOKEN_MINUTES * 60_000);
  const accessToken = await new SignJWT({ sid: session.id })
    .setProtectedHeader({ alg: 'EdDSA', kid: key!.kid })
    .setIssuer(ISSUER)
    .setSubject(session.subscriberId)
    .setIssuedAt(now)
    .setExpirationTime(accessTokenExpiresAt)
    .sign(key!.privateKey);
  return {
    accessToken,
    refreshToken: encodeRefreshToken(app.secrets, session, generation),
    deviceToken: deviceTokenFor(app.secrets, session.subscriberId, deviceToken),
    accessTokenExpiresAt,
  };
}

/** The session of an access token that is ours and has not expired; whether it still lives is for the database to say. */
export async function readAccessToken(
  app: Pick<App, 'clock' | 'secrets'>,
  token: string,
): Promise<SessionKey | undefined> {
  const claims = await verified(token, await accessKeys(app.secrets), ISSUER, app.clock.now());
  return claims?.sub && typeof claims['sid'] === 'string'
    ? { subscriberId: claims.sub, id: claims['sid'] }
    : undefined;
}

/** The claims of a token signed by one of the keys; undefined for any other. */
export async function verified(
  token: string,
  keys: SigningKey[],
  issuer: string,
  now: Date,
): Promise<JWTPayload | undefined> {
  try {
    const find = ({ kid }: { kid?: string }) => {
      const key = keys.find((candidate) => candidate.kid === kid);
      if (!key) throw new Error('no such key');
      return key.publicKey;
    };
    return (await jwtVerify(token, find, { issuer, algorithms: ['EdDSA'], currentDate: now })).payload;
  } catch {
    return undefined;
  }
}

/** Each generation's token can be made again from the session alone, so that none is stored. */
function encodeRefreshToken(secrets: Secrets, { subscriberId, id }: SessionKey, generation: number): string {
  const body = `${subscriberId}.${id}.${generation}`;
  return `${body}.${secrets.tag('refresh-token', body)}`;
}

export function readRefreshToken(
  secrets: Secrets,
  token: string,
): (SessionKey & { generation: number }) | undefined {
  const [subscriberId = '', id = '', generation = '', tag = ''] = token.split('.', 4);
  if (!secrets.matches('refresh-token', `${subscriberId}.${id}.${generation}`, tag)) return undefined;
  return { subscriberId, id, generation: Number(generation) };
}

/** Shows later that a device has signed in to this line before; one that does already keeps what it has. */
function deviceTokenFor(secrets: Secrets, subscriberId: string, given: string | undefined): string {
  const [known = '', tag = ''] = given?.split('.', 2) ?? [];
  if (given && secrets.matches('device-token', `${subscriberId}/${known}`, tag)) return given;
  const device = randomUUID();
  return `${device}.${secrets.tag('device-token', `${subscriberId}/${device}`)}`;
}
