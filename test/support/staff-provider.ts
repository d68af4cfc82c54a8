import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export interface StaffProvider {
  issuer: string;
  /** Who sits before the browser, and with which roles. */
  person: { sub: string; name: string; roles: string[] };
  /** Paths that break off without an answer. */
  gone: string[];
  close(): Promise<void>;
}

/** The operator's OpenID provider, a certified one; whoever comes is signed in as the person that the test names. */
export async function openStaffProvider(redirectUri: () => string): Promise<StaffProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result: StaffProvider = {
    issuer,
    person: { sub: 'vera', name: 'Vera Support', roles: ['support'] },
    gone: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: ['of the operator'] },
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    clients: [
      {
        client_id: 'graphiql',
        redirect_uris: [redirectUri()],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
    ],
    findAccount: async (_ctx, accountId) => ({
      accountId,
      claims: async () => ({ ...result.person, sub: accountId }),
    }),
  });
  server.on('request', async (request, response) => {
    if (result.gone.includes(request.url!)) return request.socket.destroy();
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    const grant = new provider.Grant({ accountId: result.person.sub, clientId: 'graphiql' });
    grant.addOIDCScope('openid profile');
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(request, response, {
      login: { accountId: result.person.sub },
      consent,
    });
  });
  return result;
}
