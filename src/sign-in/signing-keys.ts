import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import type { Purpose, Secrets } from '../secrets.ts';

/** An Ed25519 private key is its 32 bytes of seed in this wrapping (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** As published in the key set (RFC 7517). */
  jwk: JWK;
}

/**
 * The keys that tokens are signed with, newest first, derived from the installation's own: every process has the
 * same, and what an older key signed stays good while that key is listed.
 */
export const signingKeys = (
  secrets: Secrets,
  purpose: Extract<Purpose, 'signing' | 'staff-signing' | 'oauth-signing' | 'demo-partner'>,
): Promise<SigningKey[]> =>
  Promise.all(
    secrets.keys(purpose).map(async (seed) => {
      const privateKey = createPrivateKey({
        key: Buffer.concat([PKCS8_PREFIX, seed]),
        format: 'der',
        type: 'pkcs8',
      });
      const publicKey = createPublicKey(privateKey);
      const jwk = await exportJWK(publicKey);
      const kid = await calculateJwkThumbprint(jwk);
      return { kid, privateKey, publicKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
    }),
  );
