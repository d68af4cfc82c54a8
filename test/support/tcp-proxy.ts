import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Stands before a server, and can let its connections fall silent without ending them. */
export interface TcpProxy {
  port: number;
  /** How many connections it has taken so far. */
  taken(): number;
  /** From now on nothing passes on the connections that there are; new ones are served. */
  silence(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(port: number, host: string): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((near) => {
    taken++;
    const far = connect(port, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
