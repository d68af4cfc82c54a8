import * as oidc from 'openid-client';
import type { App } from '../ports/app.ts';

const ANSWER_WITHIN_S = 5;

/** The operator's identity provider gives no answer, so that nothing can be said of who comes from it. */
export class ProviderAway extends Error {}

type Parts = Pick<App, 'config' | 'log'>;
const providers = new Map<string, Promise<oidc.Configuration>>();

/**
 * The identity provider of staff as its discovery document describes it, which has to be the issuer's that was asked
 * (OpenID Connect Discovery 1.0, 4.3); asked again after a failure.
 * @throws ProviderAway
 */
export async function providerOf(app: Parts): Promise<oidc.Configuration> {
  const { STAFF_ISSUER, STAFF_CLIENT_ID, STAFF_AUDIENCE } = app.config;
  const key = JSON.stringify([STAFF_ISSUER, STAFF_CLIENT_ID, STAFF_AUDIENCE]);
  const provider = providers.get(key) ?? discover(app.config);
  providers.set(key, provider);
  try {
    return await provider;
  } catch (err) {
    providers.delete(key);
    throw isAway(app, err);
  }
}

/** What to throw when the provider was needed for something and that went wrong; it is written to the log. */
export function isAway({ log }: Pick<App, 'log'>, cause: unknown): ProviderAway {
  log.warn({ err: cause }, 'the identity provider of staff gives no answer');
  return new ProviderAway('The identity provider of staff gives no answer', { cause });
}

function discover(config: App['config']): Promise<oidc.Configuration> {
  const { STAFF_ISSUER, STAFF_CLIENT_ID, STAFF_CLIENT_SECRET, STAFF_AUDIENCE } = config;
  const proof = STAFF_CLIENT_SECRET ? oidc.ClientSecretBasic(STAFF_CLIENT_SECRET) : oidc.None();
  // Where nobody signs in here, it is told no client's name
  return oidc.discovery(new URL(STAFF_ISSUER!), STAFF_CLIENT_ID ?? STAFF_AUDIENCE, undefined, proof, {
    timeout: ANSWER_WITHIN_S,
    execute: STAFF_ISSUER!.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
  });
}
