import { type JWK, exportJWK } from 'jose';
import type { Configuration, Provider } from 'oidc-provider';
import type { App } from '../ports/app.ts';
import { signingKeys } from '../sign-in/signing-keys.ts';
import { openOauthState } from './oauth-state.ts';
import { tellingOutages } from './outage.ts';
import { PARTNER_SCOPES } from './scopes.ts';

const MINUTE_S = 60;
const DAY_S = 86_400;
/** How partners may sign their proof of who they are; nothing symmetric, nothing with SHA-1. */
const CLIENT_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256'] as const;

type Parts = Pick<App, 'db' | 'clock' | 'config' | 'secrets' | 'wakeUps' | 'log'>;

/** Where a subscriber is asked for their leave, below the issuer's own address. */
export const CONSENT_PATH = '/consent/';

/** OAuth 2 for partners: authorization code with PKCE, clients that prove themselves by a key of theirs (RFC 7523). */
export async function openAuthorizationServer(app: Parts, issuer: string): Promise<Provider> {
  // Needed only where partners come: it brings a web framework along
  const { Provider } = await import('oidc-provider');
  const openState = openOauthState(app);
  const provider = new Provider(issuer, {
    ...(await keysOf(app)),
    ...endpoints(issuer),
    adapter: (kind) => tellingOutages(openState(kind)),
    scopes: [...PARTNER_SCOPES],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    ttl: {
      AccessToken: app.config.PARTNER_TOKEN_MINUTES * MINUTE_S,
      AuthorizationCode: MINUTE_S,
      IdToken: MINUTE_S,
      Interaction: 10 * MINUTE_S,
      RefreshToken: app.config.PARTNER_LEAVE_DAYS * DAY_S,
      Session: 10 * MINUTE_S,
    },
    // A client that proves itself at each use needs no rotation (RFC 9700, 2.2.2), and loses nothing with an answer
    rotateRefreshToken: false,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // The leave is what tokens live by, not a session at the authorization server
    expiresWithSession: () => false,
    findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    // Only what the subscriber has answered just now counts
    loadExistingGrant: async ({ oidc }) => {
      const id = oidc.result?.consent?.grantId;
      return id ? oidc.provider.Grant.find(id) : undefined;
    },
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.type = 'text/plain; charset=utf-8';
      ctx.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
  });
  // Who it is for, and how, is told by our own address: the transport need not be believed
  provider.proxy = true;
  provider.on('server_error', (_ctx, err) => app.log.error({ err }, 'authorization server'));
  return provider;
}

/** Its own keys, each derived from the installation's. */
async function keysOf({ secrets, config }: Parts): Promise<Configuration> {
  const keys = await Promise.all(
    (await signingKeys(secrets, 'oauth-signing')).map(async ({ kid, privateKey }): Promise<JWK> => ({
      ...(await exportJWK(privateKey)),
      kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
  );
  const cookieOptions = {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    ...(config.PUBLIC_URL?.startsWith('https:') ? { secure: true } : {}),
  } as const;
  return {
    jwks: { keys },
    enabledJWA: {
      clientAuthSigningAlgValues: [...CLIENT_ALGORITHMS],
      idTokenSigningAlgValues: ['EdDSA'],
    },
    cookies: {
      keys: secrets.keys('oauth-cookie').map((key) => key.toString('base64url')),
      long: cookieOptions,
      short: cookieOptions,
      names: { session: '_partner_session', interaction: '_partner_interaction', resume: '_partner_resume' },
    },
  };
}

const endpoints = (issuer: string): Configuration => ({
  routes: {
    authorization: '/auth',
    token: '/token',
    jwks: '/jwks',
    revocation: '/revocation',
  },
  interactions: { url: (_ctx, { uid }) => `${new URL(issuer).pathname}${CONSENT_PATH}${uid}` },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
  },
});
