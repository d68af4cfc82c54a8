import { SignedOut } from './errors.ts';

/** What an app keeps of a session between two starts; the refresh token in it works once. */
export interface KeptTokens {
  accessToken: string;
  refreshToken: string;
  /** RFC 3339. */
  accessTokenExpiresAt: string;
}

interface Parts {
  tokens: KeptTokens | undefined;
  /** Told of each change; what is told first has to be kept before new tokens are used. */
  keepTokens: (tokens: KeptTokens | undefined) => void | Promise<void>;
  /** New tokens for a refresh token; undefined: the session is over. */
  refresh: (refreshToken: string) => Promise<KeptTokens | undefined>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** So long before its end a token is replaced. */
const AHEAD_MS = 60_000;
/** On a device whose clock is wrong every token looks old: no oftener than this. */
const NOT_BEFORE_MS = 30_000;

/** The tokens of one session, replaced in time, once for all who ask meanwhile. */
export class Session {
  readonly #parts: Parts;
  #tokens: KeptTokens | undefined;
  #replacing: Promise<void> | undefined;
  #notBefore = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#tokens = parts.tokens;
  }

  /** The token at hand, however old. */
  get held(): string | undefined {
    return this.#tokens?.accessToken;
  }

  /** Whether that token was got just now: another would be no better. */
  isFresh(token: string | undefined): boolean {
    return token !== undefined && token === this.held && this.#parts.now() < this.#notBefore;
  }

  /**
   * A token that is good for a while; undefined: nobody is signed in.
   * @throws SignedOut when the session turns out to be over, Unreached when a needed new one cannot be had
   */
  async accessToken(): Promise<string | undefined> {
    const before = this.#tokens;
    if (before && this.#leftMs(before) < AHEAD_MS && this.#parts.now() >= this.#notBefore)
      await this.#replaceOnce(before).catch((error: unknown) => {
        if (error instanceof SignedOut || this.#leftMs(before) <= 0) throw error;
      });
    return this.#tokens?.accessToken;
  }

  /** The token to use after the server refused that one. @throws as `accessToken` */
  async instead(refused: string | undefined): Promise<string> {
    const before = this.#tokens;
    if (before && before.accessToken === refused) await this.#replaceOnce(before);
    if (!this.#tokens) throw new SignedOut();
    return this.#tokens.accessToken;
  }

  /** Another session, or none. */
  async become(tokens: KeptTokens | undefined): Promise<void> {
    this.#tokens = tokens;
    this.#notBefore = this.#parts.now() + NOT_BEFORE_MS;
    await this.#parts.keepTokens(tokens);
  }

  #leftMs = ({ accessTokenExpiresAt }: KeptTokens): number =>
    Date.parse(accessTokenExpiresAt) - this.#parts.now();

  #replaceOnce(before: KeptTokens): Promise<void> {
    this.#replacing ??= this.#replace(before).finally(() => (this.#replacing = undefined));
    return this.#replacing;
  }

  async #replace(before: KeptTokens): Promise<void> {
    const tokens = await this.#parts.refresh(before.refreshToken);
    // Somebody signed in or out meanwhile: that counts
    if (this.#tokens !== before) return;
    await this.become(tokens);
    if (!tokens) throw new SignedOut();
  }
}
