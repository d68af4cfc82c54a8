import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics } from 'prom-client';
import { metrics } from './metrics.ts';

export interface MetricsServer {
  /** http://127.0.0.1:9464/metrics */
  url: string;
  stop(): Promise<void>;
}

/**
 * Serves the figures in OpenMetrics at /metrics, apart from what the world can reach; `refresh` brings those up to date
 * that are not counted as they happen. To be called once in a process: from then on it is measured itself, too.
 */
export async function serveMetrics(
  { port, host }: { port: number; host: string },
  refresh: () => Promise<void>,
): Promise<MetricsServer> {
  collectDefaultMetrics({ register: metrics });
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return response.writeHead(404).end();
    void refresh()
      .then(() => metrics.metrics())
      .then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    return undefined;
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
