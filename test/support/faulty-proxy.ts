import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What happens on the way. pass: nothing · refuse: connections are refused, and those that were there break · mute: what
 * comes is taken and never passed on, and neither side hears of the other's end · stall: bytes are no longer taken, so
 * that the sender's buffers fill · garbage: the server gets all, and its answers are replaced by bytes that mean nothing ·
 * { slowMs }: each piece takes so long, either way · { resetAfter }: so many bytes to the server, then the connection
 * breaks · { breakAnswerAfter }: the same for bytes from the server · { after, next }: passes so many bytes of answers, over
 * all connections, and then goes bad.
 */
export type Way =
  | 'pass'
  | 'refuse'
  | 'mute'
  | 'stall'
  | 'garbage'
  | { slowMs: number }
  | { resetAfter: number }
  | { breakAnswerAfter: number }
  | { after: number; next: Way };

/** One connection on its way; bytes are counted from when the way last changed. */
interface Carried {
  client: Socket;
  server: Socket;
  turn: number;
  sent: number;
  answered: number;
  /** It has swallowed bytes: whatever the way is now, it stays as good as dead. */
  lost: boolean;
}

const GARBAGE = Buffer.from('\u0000\u0001HTTP/0.9 what?\r\n\r\n\uFFFD\u0007{"half": ');

/** A way to a TCP server that a test can spoil. */
export class FaultyProxy {
  connections = 0;
  #way: Way = 'pass';
  #turn = 0;
  #answered = 0;
  #port = 0;
  readonly #target: { port: number; host: string };
  #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();

  private constructor(target: { port: number; host: string }) {
    this.#target = target;
    this.#server = this.#newServer();
  }

  static async to(port: number, host = '127.0.0.1'): Promise<FaultyProxy> {
    const proxy = new FaultyProxy({ port, host });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.#port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get way(): Way {
    return this.#way;
  }

  set way(way: Way) {
    if (way === this.#way) return;
    this.#turn++;
    this.#answered = 0;
    this.#way = way;
    if (way === 'refuse') {
      this.#server.close();
      this.breakAll();
    } else if (!this.#server.listening) {
      this.#server = this.#newServer();
      this.#server.listen(this.#port, '127.0.0.1');
    }
  }

  /** How many connections clients have open now. */
  get open(): number {
    return this.#clients.size;
  }

  /** Breaks what is there. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Refuses what comes from now on, and breaks what is there. */
  async stop(): Promise<void> {
    this.breakAll();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #newServer(): Server {
    return createServer({ pauseOnConnect: true }, (client) => this.#carry(client));
  }

  #carry(client: Socket): void {
    this.connections++;
    const server = connect(this.#target);
    const carried = { client, server, turn: this.#turn, sent: 0, answered: 0, lost: false };
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    const end = () => [client, server].forEach((socket) => socket.destroy());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (!carried.lost) end();
      });
    }
    client.on('data', (bytes) => this.#toServer(carried, bytes));
    server.on('data', (bytes) => this.#toClient(carried, bytes));
    client.resume();
  }

  #toServer(carried: Carried, bytes: Buffer): void {
    const { client, server } = carried;
    const way = this.#wayOf(carried);
    carried.sent += bytes.length;
    if (typeof way === 'object' && 'resetAfter' in way && carried.sent > way.resetAfter)
      client.resetAndDestroy();
    else if (way === 'stall') client.pause();
    else if (way === 'mute') carried.lost = true;
    else this.#pass(way, client, server, bytes);
  }

  #toClient(carried: Carried, bytes: Buffer): void {
    const { client, server } = carried;
    const way = this.#wayOf(carried);
    carried.answered += bytes.length;
    this.#answered += bytes.length;
    if (typeof way === 'object' && 'breakAnswerAfter' in way && carried.answered > way.breakAnswerAfter) {
      // What is left of the answer on its way comes before the end
      const left = way.breakAnswerAfter - (carried.answered - bytes.length);
      if (left > 0) client.write(bytes.subarray(0, left), () => client.resetAndDestroy());
      else client.resetAndDestroy();
    } else if (way === 'mute') carried.lost = true;
    else this.#pass(way, server, client, way === 'garbage' ? GARBAGE : bytes);
  }

  /** How it goes for this connection just now. */
  #wayOf(carried: Carried): Exclude<Way, { next: Way }> {
    if (carried.turn !== this.#turn) Object.assign(carried, { turn: this.#turn, sent: 0, answered: 0 });
    if (carried.lost) return 'mute';
    let way = this.#way;
    while (typeof way === 'object' && 'next' in way) {
      if (this.#answered < way.after) return 'pass';
      way = way.next;
    }
    return way;
  }

  #pass(way: Way, from: Socket, to: Socket, bytes: Buffer): void {
    const write = () => {
      if (!to.destroyed && !to.write(bytes)) pauseUntilDrained(from, to);
    };
    if (typeof way === 'object' && 'slowMs' in way) setTimeout(write, way.slowMs);
    else write();
  }
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause();
  to.once('drain', () => from.resume());
}
