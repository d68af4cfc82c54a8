import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** The operator's identity provider, as far as its tokens go; what of it answers is for a test to say. */
export interface StaffIssuer {
  issuer: string;
  /** Paths that break off without an answer, and those that answer that they cannot just now. */
  gone: string[];
  failing: string[];
  /** Whose its discovery document says to be. */
  named: string;
  /** A token with these claims in the place of good ones; `undefined` leaves one out. */
  token(now: Date, claims?: Record<string, unknown>): Promise<string>;
  /** One that somebody else has signed in its name. */
  forged(now: Date): Promise<string>;
  stop(): void;
}

export const DISCOVERY = '/.well-known/openid-configuration';
export const KEYS = '/keys';

export async function startStaffIssuer(): Promise<StaffIssuer> {
  const [own, foreign] = [await generateKeyPair('EdDSA'), await generateKeyPair('EdDSA')];
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'EdDSA', use: 'sig' };
  const server = createServer(({ url = '', socket }, response) => {
    const answer = url === KEYS ? { keys: [jwk] } : { issuer: result.named, jwks_uri: issuer + KEYS };
    const fails = result.failing.includes(url);
    if (result.gone.includes(url)) socket.destroy();
    else
      response
        .writeHead(fails ? 503 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(fails ? {} : answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signed = (now: Date, claims: Record<string, unknown>, { privateKey } = own) => {
    const seconds = Math.floor(now.getTime() / 1_000);
    const good = { sub: 'vera', name: 'Vera', roles: ['support'], aud: 'internet-assistant' };
    const payload = { iss: issuer, iat: seconds, exp: seconds + 600, ...good, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'one', typ: 'at+jwt' })
      .sign(privateKey);
  };
  const result: StaffIssuer = {
    issuer,
    gone: [],
    failing: [],
    named: issuer,
    token: (now, claims = {}) => signed(now, claims),
    forged: (now) => signed(now, {}, foreign),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return result;
}
