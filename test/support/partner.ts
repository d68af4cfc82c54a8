import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'openid-client';
import { namesWithin, readPartnerDocuments } from '../../src/partners/documents.ts';
import { addPartner } from '../../src/partners/partners.ts';
import { PARTNER_SCOPES, type PartnerScope } from '../../src/partners/scopes.ts';
import type { Running } from './running.ts';
import { openSession } from './session.ts';

export const REDIRECT = 'https://partner.example/callback';

/** A partner's own server, with a certified client: it knows of ours what discovery says. */
export interface TestPartner {
  id: string;
  config: oauth.Configuration;
  privateKey: CryptoKey;
  /** The whole way: authorization, the subscriber's consent in a browser, tokens. */
  letIn(browser: Browser, scopes?: readonly PartnerScope[]): Promise<oauth.TokenEndpointResponse>;
}

export async function registerPartner(
  product: Running,
  id: string,
  { scopes = PARTNER_SCOPES, operations }: { scopes?: readonly PartnerScope[]; operations?: string[] } = {},
): Promise<TestPartner> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
  const documents = await readPartnerDocuments();
  await addPartner(product.app, documents, {
    id,
    name: `The ${id}`,
    scopes: [...scopes],
    redirectUris: [REDIRECT],
    jwks: { keys: [key as never] },
    operations: operations ?? namesWithin(documents, scopes),
  });
  const config = await oauth.discovery(
    new URL(`${product.url}/oauth`),
    id,
    undefined,
    oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
    { execute: [oauth.allowInsecureRequests] },
  );
  return {
    id,
    config,
    privateKey,
    letIn: async (browser, asked = scopes) => {
      const request = await authorizationRequest(config, asked);
      const callback = await browser.allow(request.url);
      return oauth.authorizationCodeGrant(config, callback, request.checks);
    },
  };
}

export async function authorizationRequest(config: oauth.Configuration, scopes: readonly string[]) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const expectedState = oauth.randomState();
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: scopes.join(' '),
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  return { url, checks: { pkceCodeVerifier, expectedState } };
}

/** A subscriber's browser: keeps cookies by path, follows redirects within our origin, fills in the consent. */
export class Browser {
  readonly product: Running;
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(product: Running) {
    this.product = product;
  }

  /** With the cookies of a session of that line. */
  static async of(product: Running, phoneNumber: string): Promise<Browser> {
    const browser = new Browser(product);
    browser.setCookie('__Host-access', await openSession(product.app, phoneNumber));
    return browser;
  }

  setCookie(name: string, value: string, path = '/'): void {
    this.#cookies.set(name, { value, path });
  }

  async fetch(url: URL | string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const headers = { 'accept-language': 'en', ...(init.headers as Record<string, string>), cookie };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      const [, path = '/'] = /path=([^;]+)/i.exec(text) ?? [];
      if (value) this.setCookie(name, value, path);
      else this.#cookies.delete(name);
    }
    return response;
  }

  /** Where a chain of redirects leaves our origin, or the answer that ends it. */
  async follow(url: URL | string): Promise<URL | Response> {
    const response = await this.fetch(url);
    const location = response.headers.get('location');
    if (!location) return response;
    const next = new URL(location, url);
    return next.origin === new URL(this.product.url).origin ? this.follow(next) : next;
  }

  /** To the consent page of a request; its address. */
  async reachConsent(url: URL): Promise<string> {
    const response = await this.fetch(url);
    const consent = new URL(response.headers.get('location') ?? '', url);
    if (response.status !== 303 || consent.origin !== url.origin)
      throw new Error(`${response.status} ${consent.href} ${await response.text()}`);
    return consent.href;
  }

  answer(
    consent: string,
    decision: 'allow' | 'refuse',
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.fetch(consent, {
      method: 'POST',
      body: JSON.stringify({ decision }),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        origin: this.product.url,
        ...headers,
      },
    });
  }

  /** Says yes, and comes back to the partner. */
  async allow(url: URL): Promise<URL> {
    const consent = await this.reachConsent(url);
    const answer = await this.answer(consent, 'allow');
    const { redirectTo, ...rest } = (await answer.json()) as { redirectTo?: string };
    if (!redirectTo) throw new Error(JSON.stringify(rest));
    const end = await this.follow(redirectTo);
    if (!(end instanceof URL)) throw new Error(await end.text());
    return end;
  }
}
