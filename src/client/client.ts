import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createClient as createSocket } from 'graphql-ws';
import { RefreshSessionDocument } from '../generated/operations.ts';
import { isUnauthenticated, OperationError, Unreached } from './errors.ts';
import { ask, type Exchange } from './exchange.ts';
import { type KeptTokens, Session } from './session.ts';
import { follow } from './stream.ts';

export interface ClientOptions {
  /** Where the server is, without /graphql: https://my.operator.ru */
  url: string;
  /** ru, en or nl. */
  language?: string;
  /** What `keepTokens` was told last, at an earlier start. */
  tokens?: KeptTokens | undefined;
  /** Told of new tokens before they are used, undefined when the session is over: keep them where the device keeps secrets. */
  keepTokens?: (tokens: KeptTokens | undefined) => void | Promise<void>;
  /** How long a request may take. */
  answerWithinMs?: number;
  /** How long to wait before the next try to connect; at first it is try 0. */
  waitBeforeTryMs?: (tries: number) => number;
  /** Where there is none (Node before 22): that of npm's ws. */
  webSocketImpl?: unknown;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** What `signIn` and `changePassword` answer when they give a session. */
interface NewSession {
  tokens: { accessToken: string; refreshToken: string } | null;
  accessTokenExpiresAt: string;
}

export interface Client {
  /**
   * Runs a query or a mutation. One that was refused for an old token is run again with a new one: it did nothing.
   * @throws OperationError, SignedOut; Unreached: repeat it, a mutation with the same idempotency key
   */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Data>;
  /** Follows a subscription across lost connections, without gap or repeat, until it ends or is left. @throws see `stream.ts` */
  follow<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterableIterator<Data>;
  /** Goes on with the session that `signIn` or `changePassword` answered (transport BEARER). */
  signedIn(session: NewSession): Promise<void>;
  /** Forgets the session; run `signOut` before, to end it for the server, too. */
  signedOut(): Promise<void>;
  /** Ends all streams and the connection. */
  close(): Promise<void>;
}

/** Tries to refresh all come within the seconds in which a lost answer is given again. */
const REFRESH_TRIES = 3;
const REFRESH_WITHIN_MS = 3_000;
const PING_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;

const backOff = (tries: number): number => Math.random() * Math.min(1_000 * 2 ** tries, LONGEST_WAIT_MS);

/** A client for one person's session. */
export function createClient(options: ClientOptions): Client {
  const { answerWithinMs = 20_000, now = Date.now } = options;
  const exchange: Exchange = {
    url: options.url.replace(/\/$/, ''),
    language: options.language ?? 'en',
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
  };
  const session = new Session({
    tokens: options.tokens,
    keepTokens: options.keepTokens ?? (() => {}),
    refresh: (refreshToken) => refresh(exchange, refreshToken),
    now,
  });
  const line = openLine(exchange, session, options);
  const open = new Set<() => void>();
  let closed = false;
  return {
    run: async (document, ...[variables]) => {
      const once = (token: string | undefined) =>
        ask(exchange, document, variables, { token, withinMs: answerWithinMs });
      const token = await session.accessToken();
      let answer = await once(token);
      if (token && isUnauthenticated(answer.errors)) answer = await once(await session.instead(token));
      if (answer.errors) throw new OperationError(answer.errors);
      return answer.data!;
    },
    follow: (document, variables) =>
      follow({ ...line, session, open, isClosed: () => closed }, document, variables),
    signedIn: ({ tokens, accessTokenExpiresAt }) => {
      if (!tokens) throw new TypeError('No tokens came: sign in with transport BEARER.');
      return session.become({ ...pick(tokens), accessTokenExpiresAt });
    },
    signedOut: () => session.become(undefined),
    close: async () => {
      closed = true;
      for (const finish of open) finish();
      // Not waited for: while the network is away it sits out its pause, and then gives up, since nobody needs it
      void Promise.resolve(line.socket.dispose()).catch(() => {});
    },
  };
}

const pick = ({ accessToken, refreshToken }: NonNullable<NewSession['tokens']>) => ({
  accessToken,
  refreshToken,
});

/** New tokens; the answer may get lost, and is asked for again while it is still given. */
async function refresh(exchange: Exchange, refreshToken: string): Promise<KeptTokens | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      const variables = { input: { refreshToken } };
      const within = { token: undefined, withinMs: REFRESH_WITHIN_MS };
      const { data, errors } = await ask(exchange, RefreshSessionDocument, variables, within);
      if (errors) throw new OperationError(errors);
      const answer = data!.refreshSession;
      if (answer.__typename !== 'SignedIn' || !answer.tokens) return undefined;
      return { ...pick(answer.tokens), accessTokenExpiresAt: answer.accessTokenExpiresAt };
    } catch (error) {
      if (!(error instanceof Unreached) || tries === REFRESH_TRIES) throw error;
    }
  }
}

/** The socket that carries the streams: opened with the first, closed after the last, and made anew when it is lost. */
function openLine({ url, language }: Exchange, session: Session, options: ClientOptions) {
  const { webSocketImpl, waitBeforeTryMs = backOff } = options;
  let token: string | undefined;
  let greeted: string | undefined;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const pause = (tries: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, waitBeforeTryMs(tries)));
  const socket = createSocket({
    // Asked for before there is a connection, which has to be greeted within seconds. A rejection would leave the streams
    // waiting for ever; a token that is too old is refused, and that they hear of
    url: async () => {
      token = await session.accessToken().catch(() => session.held);
      return `${url.replace(/^http/, 'ws')}/graphql`;
    },
    connectionParams: () => ({
      acceptLanguage: language,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    }),
    webSocketImpl,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: pause,
    shouldRetry: () => true,
    connectionAckWaitTimeout: PING_MS,
    // A phone that lost its network is told nothing: no answer to a ping tells it
    keepAlive: PING_MS,
    on: {
      connected: () => (greeted = token),
      ping: (received) => {
        if (received) return;
        clearTimeout(unanswered);
        unanswered = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => received && clearTimeout(unanswered),
      closed: () => clearTimeout(unanswered),
    },
  });
  return { socket, signedWith: () => token, greetedWith: () => greeted, pause };
}
