import * as oauth from 'oauth4webapi';
import type { Logger } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { HttpAnswer, HttpRequest, NoAnswer } from './http-exchange.ts';

/** How we are known to the authorization server of the network side. */
export interface Credentials {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}

interface Options extends Credentials {
  /** Makes a request within the limits that hold for every call. */
  send: (request: HttpRequest) => Promise<HttpAnswer | NoAnswer>;
  clock: Clock;
  log: Logger;
}

/** A token is renewed this long before it expires, and a short-lived one at half its life. */
const RENEW_BEFORE_MS = 30_000;
/** A server need not say how long a token lives (RFC 6749, 5.1). */
const LIFE_WHEN_UNSAID_S = 300;

/** What a bearer token consists of (RFC 6750, 2.1). */
const SENDABLE = /^[\w.~+/-]+=*$/;

interface Token {
  value: string;
  renewAt: number;
}

/** Access tokens by OAuth 2 client credentials (RFC 6749, 4.4): one for all calls, fetched once however many wait. */
export class ClientCredentials {
  readonly #options: Options;
  #token: Token | undefined;
  #fetching: Promise<Token | undefined> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A token to call with; undefined: none can be had now. */
  async get(): Promise<string | undefined> {
    if (this.#token && this.#options.clock.now().getTime() < this.#token.renewAt) return this.#token.value;
    this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined));
    return (await this.#fetching)?.value;
  }

  /** The network side did not take it: the next call gets another. */
  drop(value: string): void {
    if (this.#token?.value === value) this.#token = undefined;
  }

  async #fetch(): Promise<Token | undefined> {
    const { tokenUrl, clientId, clientSecret, clock, log } = this.#options;
    const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
    const client = { client_id: clientId };
    const askedAt = clock.now().getTime();
    try {
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        oauth.ClientSecretBasic(clientSecret),
        {},
        // Whether plain http is good enough is judged where the settings are read
        { [oauth.customFetch]: this.#fetchLike, [oauth.allowInsecureRequests]: true },
      );
      const answer = await oauth.processClientCredentialsResponse(server, client, response);
      const { access_token: value, token_type: type } = answer;
      if (type !== 'bearer' || !SENDABLE.test(value)) throw new Error('a token that cannot be sent');
      const lifeMs = (answer.expires_in ?? LIFE_WHEN_UNSAID_S) * 1_000;
      const renewAt = askedAt + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 2);
      this.#token = { value, renewAt };
      return this.#token;
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'no token for the network side');
      return undefined;
    }
  }

  /** The request as the library makes it, sent as every other of ours is. */
  readonly #fetchLike = async (
    url: string,
    { headers, body }: { headers: Record<string, string>; body: URLSearchParams },
  ): Promise<Response> => {
    const request: HttpRequest = { method: 'POST', url: new URL(url), headers, body: body.toString() };
    const answer = await this.#options.send(request);
    if (answer.kind !== 'answer') throw new NoToken(answer.reason);
    const contentType = answer.headers['content-type'];
    return new Response(answer.text, {
      status: answer.status,
      headers: contentType ? { 'content-type': contentType } : {},
    });
  };
}

class NoToken extends Error {}

/** What may be logged of it: our own word, or the code that the server gave if it is one (RFC 6749, 5.2). */
function reasonOf(error: unknown): string {
  if (error instanceof NoToken) return error.message;
  if (error instanceof oauth.ResponseBodyError && /^[a-z_]{1,40}$/.test(error.error)) return error.error;
  return 'no answer of a token endpoint';
}
