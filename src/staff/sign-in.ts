import * as oidc from 'openid-client';
import type { App } from '../ports/app.ts';
import { SecretText } from '../secrets.ts';
import { isAway, providerOf } from './provider.ts';
import { type StaffMember, staffMemberOf } from './tokens.ts';

/** How long somebody may take at the provider. */
const BEGUN_MS = 600_000;

type Parts = Pick<App, 'clock' | 'config' | 'log' | 'secrets'>;
/** Whether staff can sign in here: the operator's provider knows us as a client. */
export const hasStaffSignIn = ({ STAFF_ISSUER, STAFF_CLIENT_ID }: App['config']): boolean =>
  STAFF_ISSUER !== undefined && STAFF_CLIENT_ID !== undefined;

/**
 * Where to send the browser, and what it is to bring back: sealed, so that nothing is kept here meanwhile.
 * @throws ProviderAway
 */
export async function beginStaffSignIn(
  app: Parts,
  redirectUri: string,
): Promise<{ url: URL; begun: string; seconds: number }> {
  const { clock, secrets } = app;
  const provider = await providerOf(app);
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const now = clock.now();
  const until = new Date(now.getTime() + BEGUN_MS);
  const begun = await secrets.seal('staff-sign-in', { verifier, state, nonce }, now, until);
  return { url, begun, seconds: BEGUN_MS / 1_000 };
}

/**
 * The member of staff whom the provider's answer names, as a sealed session for GraphiQL. Undefined: this browser did
 * not begin it, it took too long, or the provider refused.
 * @throws ProviderAway
 */
export async function finishStaffSignIn(
  app: Parts,
  answer: URL,
  begun: string,
): Promise<{ session: SecretText; seconds: number } | undefined> {
  const { clock, config, secrets } = app;
  const now = clock.now();
  const sealed = await secrets.unseal('staff-sign-in', begun, now);
  if (!sealed) return undefined;
  const provider = await providerOf(app);
  const checks = {
    pkceCodeVerifier: String(sealed['verifier']),
    expectedState: String(sealed['state']),
    expectedNonce: String(sealed['nonce']),
    idTokenExpected: true,
  };
  const tokens = await oidc.authorizationCodeGrant(provider, answer, checks).catch((error: unknown) => {
    if (gaveNoAnswer(error)) throw isAway(app, error);
    return undefined;
  });
  const claims = tokens?.claims();
  if (!tokens || !claims) return undefined;
  // Many providers say of people only who they are, and the rest on being asked
  const more = provider.serverMetadata().userinfo_endpoint
    ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub).catch((error: unknown) => {
        throw isAway(app, error);
      })
    : {};
  const { subject, name, roles } = staffMemberOf(config, { ...claims, ...more, sub: claims.sub });
  const seconds = config.STAFF_SESSION_MINUTES * 60;
  const until = new Date(now.getTime() + seconds * 1_000);
  const session = await secrets.seal('staff-session', { sub: subject, name, roles }, now, until);
  return { session: new SecretText(session), seconds };
}

/** How openid-client says that there was no answer, or none that it could make anything of. */
const NO_ANSWER = [
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
];

const gaveNoAnswer = (error: unknown): boolean =>
  error instanceof TypeError || NO_ANSWER.includes((error as oidc.ClientError).code ?? '');

/** Whose session it is; undefined: nobody's, or over. */
export async function readStaffSession(
  { clock, secrets }: Pick<App, 'clock' | 'secrets'>,
  session: string | undefined,
): Promise<StaffMember | undefined> {
  const content = session ? await secrets.unseal('staff-session', session, clock.now()) : undefined;
  if (!content?.sub) return undefined;
  return { subject: content.sub, name: String(content['name']), roles: content['roles'] as string[] };
}
