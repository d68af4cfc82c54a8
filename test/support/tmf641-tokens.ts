import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface TokenSettings {
  clientId: string;
  clientSecret: string;
  /** What it says of a token's life; null: nothing. */
  lifeSeconds?: number | null;
}

export interface TokenAnswer {
  status: number;
  body: object;
}

/** An authorization server that knows one client (RFC 6749, 4.4). */
export class TokenEndpoint {
  lifeSeconds: number | null;
  /** How many tokens it has given. */
  given = 0;
  readonly #settings: TokenSettings;
  readonly #good = new Set<string>();

  constructor(settings: TokenSettings) {
    this.#settings = settings;
    this.lifeSeconds = settings.lifeSeconds === undefined ? 3_600 : settings.lifeSeconds;
  }

  /** No token that was given so far is good any more. */
  revokeAll(): void {
    this.#good.clear();
  }

  accepts({ authorization = '' }: IncomingHttpHeaders): boolean {
    return this.#good.has(/^Bearer (\S+)$/.exec(authorization)?.[1] ?? '');
  }

  answer(headers: IncomingHttpHeaders, body: string): TokenAnswer {
    if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      return { status: 400, body: { error: 'invalid_request' } };
    if (!this.#isClient(headers)) return { status: 401, body: { error: 'invalid_client' } };
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    const token = randomBytes(16).toString('hex');
    this.#good.add(token);
    this.given++;
    const life = this.lifeSeconds === null ? {} : { expires_in: this.lifeSeconds };
    return { status: 200, body: { access_token: token, token_type: 'Bearer', ...life } };
  }

  /** client_secret_basic: both parts form-encoded before they are joined (RFC 6749, 2.3.1). */
  #isClient({ authorization = '' }: IncomingHttpHeaders): boolean {
    const [, encoded = ''] = /^Basic (\S+)$/.exec(authorization) ?? [];
    const parts = Buffer.from(encoded, 'base64').toString().split(':');
    const [id, secret] = parts.map((part) => new URLSearchParams(`v=${part}`).get('v'));
    return parts.length === 2 && id === this.#settings.clientId && secret === this.#settings.clientSecret;
  }
}
