import { once } from 'node:events';
import { type ClientOptions, type RawData, WebSocket } from 'ws';

export interface Message {
  type: string;
  id?: string;
  payload?: any;
}

/** A socket that says what a test tells it to, word by word; what it hears is kept until the test asks for it. */
export class RawSocket {
  readonly ws: WebSocket;
  /** How it ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #heard: Message[] = [];
  #wake = () => {};

  constructor(
    url: string,
    protocols: string | string[] = 'graphql-transport-ws',
    options: ClientOptions = {},
  ) {
    this.ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocols, options);
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => {
        this.#wake();
        resolve({ code, reason: String(reason) });
      });
    });
    this.ws.on('message', (data: RawData) => {
      this.#heard.push(JSON.parse((data as Buffer).toString()) as Message);
      this.#wake();
    });
  }

  /** Opened and greeted. */
  static async open(url: string, token?: string, options?: ClientOptions): Promise<RawSocket> {
    const socket = new RawSocket(url, undefined, options);
    await once(socket.ws, 'open');
    socket.say({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} });
    await socket.hear(({ type }) => type === 'connection_ack');
    return socket;
  }

  say(message: Message | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, more: object = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, ...more } });
  }

  /** The next message of that kind, taken out of what was heard. @throws when the socket closes first */
  async hear(wanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const index = this.#heard.findIndex(wanted);
      if (index >= 0) return this.#heard.splice(index, 1)[0]!;
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error('The socket is closed.');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What came and was not asked for yet. */
  get kept(): readonly Message[] {
    return this.#heard;
  }

  /** What an operation is answered first: its result, or its errors. */
  async answer(id: string): Promise<{ data?: any; errors?: { message: string; extensions: any }[] }> {
    const { type, payload } = await this.hear((message) => message.id === id && message.type !== 'complete');
    return type === 'error' ? { errors: payload } : payload;
  }
}

/** So many, one after the other. @throws when one is refused */
export async function openSockets(count: number, open: () => Promise<RawSocket>): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  while (sockets.length < count) sockets.push(await open());
  return sockets;
}

export async function closeAll(sockets: readonly RawSocket[]): Promise<void> {
  for (const { ws } of sockets) ws.close();
  await Promise.all(sockets.map(({ closed }) => closed));
}
