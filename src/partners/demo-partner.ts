import { exportJWK, type JWK } from 'jose';
import type { App } from '../ports/app.ts';
import { signingKeys } from '../sign-in/signing-keys.ts';
import { PARTNER_SCOPES } from './scopes.ts';

/** A partner for developers, whose private key is nobody's secret: it is there only while the developer tools are on. */
export async function demoPartner({ secrets }: Pick<App, 'secrets'>) {
  const [key] = await signingKeys(secrets, 'demo-partner');
  const { kid, jwk, privateKey } = key!;
  return {
    id: 'demo-partner',
    name: 'Demo Partner',
    scopes: [...PARTNER_SCOPES],
    redirectUris: ['http://127.0.0.1:8080/callback', 'http://localhost:8080/callback'],
    jwks: { keys: [jwk] },
    privateKey: { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' } as JWK,
  };
}
