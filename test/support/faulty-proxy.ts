import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What happens on the way. pass: nothing · mute: what comes is taken and never passed on · stall: bytes are no longer
 * taken, so that the sender's buffers fill · { resetAfter }: so many bytes to the server, then the connection breaks ·
 * { breakAnswerAfter }: the same for bytes from the server.
 */
type Way = 'pass' | 'mute' | 'stall' | { resetAfter: number } | { breakAnswerAfter: number };

/** A way to a TCP server that a test can spoil. */
export class FaultyProxy {
  way: Way = 'pass';
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<FaultyProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new FaultyProxy(server);
    server.on('connection', (socket) => proxy.#carry(socket, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks what is there. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Refuses what comes from now on, and breaks what is there. */
  async stop(): Promise<void> {
    this.breakAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #carry(client: Socket, port: number): void {
    this.connections++;
    const server = connect(port, '127.0.0.1');
    const end = () => [client, server].forEach((socket) => socket.destroy());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    let [sent, answered] = [0, 0];
    client.on('data', (bytes) => {
      sent += bytes.length;
      if (typeof this.way === 'object' && 'resetAfter' in this.way && sent > this.way.resetAfter)
        client.resetAndDestroy();
      else if (this.way === 'stall') client.pause();
      else if (this.way !== 'mute' && !server.write(bytes)) pauseUntilDrained(client, server);
    });
    server.on('data', (bytes) => {
      answered += bytes.length;
      if (
        typeof this.way === 'object' &&
        'breakAnswerAfter' in this.way &&
        answered > this.way.breakAnswerAfter
      )
        client.resetAndDestroy();
      else if (this.way !== 'mute' && !client.write(bytes)) pauseUntilDrained(server, client);
    });
    client.resume();
  }
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause();
  to.once('drain', () => from.resume());
}
