import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';
import { createClient as createSseClient } from 'graphql-sse';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  CreateCaptchaDocument,
  RequestSmsPasswordDocument,
  SignInDocument,
  type SignInInput,
} from '../../src/generated/operations.ts';

export interface Answer<Data> {
  status: number;
  requestId: string | null;
  cookies: string[];
  data?: Data;
  errors?: { message: string; path?: string[]; extensions: { code: string; requestId?: string } }[];
}

interface ShownSms {
  to: string;
  from: string;
  text: string;
  encoding: string;
  segments: number;
}

const PASSWORD = /\b[2-9A-HJ-NP-Z]{8}\b/;

/** The documents of schema/operations are sent as clients send them: by their registered id. */
export const documentId = (document: TypedDocumentNode<never, never>): string =>
  (document as unknown as { __meta__: { hash: string } }).__meta__.hash;

/** A frontend: speaks HTTP, WebSocket and SSE to a running server, and knows nothing else of it. */
export class Client {
  readonly url: string;
  readonly language: string;
  token: string | undefined;
  /** Where it seems to come from, through a proxy that says so. */
  address: string | undefined;
  /** The page that it is part of, if it is a browser. */
  origin: string | undefined;
  /** What a browser keeps: sent with each request. */
  readonly cookies = new Map<string, string>();

  constructor(url: string, language = 'ru') {
    this.url = url;
    this.language = language;
  }

  get headers(): Record<string, string> {
    return {
      'accept-language': this.language,
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      ...(this.address ? { 'x-forwarded-for': this.address } : {}),
      ...(this.origin ? { origin: this.origin } : {}),
      ...(this.cookies.size ? { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') } : {}),
    };
  }

  #keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  async post<Data = any>(body: unknown): Promise<Answer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    this.#keepCookies(response);
    return {
      status: response.status,
      cookies: response.headers.getSetCookie(),
      requestId: response.headers.get('x-request-id'),
      ...((await response.json()) as object),
    };
  }

  /** Runs a document of schema/operations and expects no errors. */
  async run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    ...[variables]: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Data> {
    const answer = await this.post<Data>({ documentId: documentId(document as never), variables });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data!;
  }

  /** Runs a text of the test's own. */
  query<Data = any>(query: string, variables?: object): Promise<Answer<Data>> {
    return this.post<Data>({ query, variables });
  }

  #get = async <Data>(path: string): Promise<Data> => (await (await fetch(this.url + path)).json()) as Data;

  smsTo = (phoneNumber: string): Promise<ShownSms[]> =>
    this.#get(`/dev/sms?phoneNumber=${encodeURIComponent(phoneNumber)}`);

  async solveCaptcha(): Promise<{ captchaId: string; captchaAnswer: string }> {
    const { createCaptcha } = await this.run(CreateCaptchaDocument);
    const { answer } = await this.#get<{ answer: string }>(`/dev/captcha/${createCaptcha.id}`);
    return { captchaId: createCaptcha.id, captchaAnswer: answer };
  }

  /** Asks for a password and waits for the SMS with it. */
  async receivePassword(phoneNumber: string): Promise<{ password: string; sms: ShownSms }> {
    const before = (await this.smsTo(phoneNumber)).length;
    const captcha = await this.solveCaptcha();
    const { requestSmsPassword } = await this.run(RequestSmsPasswordDocument, {
      input: { phoneNumber, ...captcha },
    });
    if (requestSmsPassword.__typename !== 'SmsPasswordRequested')
      throw new Error(requestSmsPassword.__typename);
    const arrived = async () => {
      const messages = await this.smsTo(phoneNumber);
      return messages.slice(0, messages.length - before).find(({ text }) => PASSWORD.test(text));
    };
    const sms = await vi.waitUntil(arrived, { timeout: 60_000, interval: 20 });
    return { password: PASSWORD.exec(sms.text)![0], sms };
  }

  /** One try to sign in, and its answer. */
  async trySignIn(phoneNumber: string, password: string, more: Partial<SignInInput> = {}): Promise<any> {
    const { signIn } = await this.run(SignInDocument, { input: { phoneNumber, password, ...more } });
    return signIn;
  }

  /** The whole way in; returns the password that leads there. */
  async signIn(phoneNumber: string): Promise<string> {
    const { password } = await this.receivePassword(phoneNumber);
    const { signIn } = await this.run(SignInDocument, { input: { phoneNumber, password } });
    if (signIn.__typename !== 'SignedIn') throw new Error(signIn.__typename);
    this.token = signIn.tokens!.accessToken;
    return password;
  }

  /** A socket that can carry many operations; `closed` hears how it ended. */
  openSocket(closed?: (event: { code: number }) => void): SocketClient {
    const { headers } = this;
    class Socket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        const { authorization: _authorization, ...others } = headers;
        super(url, protocols, { headers: others });
      }
    }
    return createSocketClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Socket,
      retryAttempts: 0,
      lazyCloseTimeout: 60_000,
      connectionParams: { authorization: headers['authorization'], acceptLanguage: this.language },
      on: closed ? { closed: (event) => closed(event as { code: number }) } : {},
    });
  }

  /** A subscription over WebSocket; ends when the reader stops or the server completes it. */
  async *overWebSocket<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data> {
    const socket = this.openSocket();
    try {
      const payload = { query: '', documentId: documentId(document as never), variables } as never;
      for await (const result of socket.iterate<Data>(payload)) {
        if (result.errors) throw new Error(JSON.stringify(result.errors));
        yield result.data!;
      }
    } finally {
      await socket.dispose();
    }
  }

  /** The same over SSE. */
  async *overSse<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data> {
    const events = createSseClient({ url: `${this.url}/graphql`, headers: this.headers, retryAttempts: 0 });
    try {
      const payload = { documentId: documentId(document as never), variables } as never;
      for await (const result of events.iterate<Data>(payload)) {
        if (result.errors) throw new Error(JSON.stringify(result.errors));
        yield result.data!;
      }
    } finally {
      events.dispose();
    }
  }
}

/** All that a stream brings until it completes. */
export async function all<Value>(stream: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
