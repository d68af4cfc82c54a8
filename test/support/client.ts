import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createClient as createSocketClient } from 'graphql-ws';
import { createClient as createSseClient } from 'graphql-sse';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  CreateCaptchaDocument,
  RequestSmsPasswordDocument,
  SignInDocument,
} from '../../src/generated/operations.ts';

export interface Answer<Data> {
  status: number;
  requestId: string | null;
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

/** The documents of schema/operations are sent as clients send them: by their registered id. */
const documentId = (document: TypedDocumentNode<never, never>): string =>
  (document as unknown as { __meta__: { hash: string } }).__meta__.hash;

/** A frontend: speaks HTTP, WebSocket and SSE to a running server, and knows nothing else of it. */
export class Client {
  readonly url: string;
  readonly language: string;
  token: string | undefined;

  constructor(url: string, language = 'ru') {
    this.url = url;
    this.language = language;
  }

  get headers(): Record<string, string> {
    return {
      'accept-language': this.language,
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
    };
  }

  async post<Data = any>(body: unknown): Promise<Answer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
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
      return messages.length > before && messages[0];
    };
    const sms = await vi.waitUntil(arrived, { timeout: 15_000, interval: 20 });
    return { password: /[2-9A-HJ-NP-Z]{8}/.exec(sms.text)![0], sms };
  }

  /** The whole way in; returns the password that leads there. */
  async signIn(phoneNumber: string): Promise<string> {
    const { password } = await this.receivePassword(phoneNumber);
    const { signIn } = await this.run(SignInDocument, { input: { phoneNumber, password } });
    if (signIn.__typename !== 'SignedIn') throw new Error(signIn.__typename);
    this.token = signIn.tokens!.accessToken;
    return password;
  }

  /** A subscription over WebSocket; ends when the reader stops or the server completes it. */
  async *overWebSocket<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data> {
    const socket = createSocketClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: this.headers['authorization'], acceptLanguage: this.language },
    });
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
