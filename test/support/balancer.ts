import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const LOOK_EVERY_MS = 50;

/** Stands before several processes and gives each new connection to one that says it is ready, in turn. */
export class Balancer {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ready = new Set<string>();
  #processes: string[] = [];
  #turn = 0;
  #looking = true;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (near) => this.#carry(near));
    void this.#look();
  }

  static async start(): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server);
  }

  /** Those among which it chooses. */
  stand(before: readonly string[]): void {
    this.#processes = [...before];
  }

  isReady = (url: string): boolean => this.#ready.has(url);

  async stop(): Promise<void> {
    this.#looking = false;
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Follows /health/ready, as balancers do. */
  async #look(): Promise<void> {
    while (this.#looking) {
      const asked = this.#processes.map(async (url) => {
        const ready = await fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
        if (ready) this.#ready.add(url);
        else this.#ready.delete(url);
      });
      await Promise.all(asked);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #carry(near: Socket): void {
    const choice = this.#processes.filter(this.isReady);
    const url = choice[this.#turn++ % choice.length];
    near.on('error', () => {});
    if (!url) return void near.destroy();
    const { port, hostname } = new URL(url);
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from
        .on('error', () => {})
        .on('close', () => {
          this.#sockets.delete(from);
          to.destroySoon();
        });
      from.pipe(to);
    }
  }
}
