import { once } from 'node:events';
import { createServer } from 'node:http';
import { codedError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import { sendError } from './answer.ts';
import { serveLiveness, serveReadiness } from './health.ts';
import { addressOf, type HttpServer } from './server.ts';

/** What a process that only works answers: whether it lives and whether it can work; nothing else. */
export async function serveWorkerHealth(app: Pick<App, 'config' | 'db' | 'wakeUps'>): Promise<HttpServer> {
  let leaving = false;
  const server = createServer((request, response) => {
    if (request.url === '/health/live') return serveLiveness(response);
    if (request.url === '/health/ready') return void serveReadiness(app, () => leaving, response);
    sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
  });
  server.listen(app.config.PORT, app.config.HOST);
  await once(server, 'listening');
  return {
    url: addressOf(server),
    leave: () => void (leaving = true),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
