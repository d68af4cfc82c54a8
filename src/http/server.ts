import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codedError, maskError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import { accessKeys } from '../sign-in/tokens.ts';
import { sendError, sendHtml, sendJson } from './answer.ts';
import { type DevTools, serveDevTools } from './dev-tools.ts';
import { graphiqlPage } from './graphiql.ts';
import { serveGraphql } from './graphql.ts';
import { openPersistedDocuments } from './persisted.ts';
import { inRequest } from './request-scope.ts';
import { serveWebSocket } from './websocket.ts';
import { openYoga } from './yoga.ts';

const STOP_WITHIN_MS = 10_000;

export interface HttpServer {
  /** Where it listens: http://127.0.0.1:4000 */
  url: string;
  /** Takes no more requests, lets those under way finish, closes streams. */
  stop(): Promise<void>;
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

/** Serves the product over HTTP; `devTools` only while they are on. */
export async function serveHttp(app: App, devTools: DevTools | undefined): Promise<HttpServer> {
  const documents = await openPersistedDocuments();
  const yoga = openYoga(app);
  const parts = { yoga, documents, maxBodyBytes: app.config.MAX_BODY_KIB * 1024 };
  const routes = new Map<string, Route>([
    ['POST /graphql', (request, response) => serveGraphql(parts, request, response)],
    ['GET /health/live', (_request, response) => sendJson(response, 200, { status: 'ok' })],
    ['GET /health/ready', (_request, response) => serveReadiness(app, response)],
    ['GET /.well-known/jwks.json', async (_request, response) => sendJson(response, 200, await jwks(app))],
  ]);
  if (app.config.DEV_TOOLS) {
    const graphiql: Route = async (_request, response) => sendHtml(response, await graphiqlPage());
    routes
      .set('GET /graphiql', graphiql)
      .set('GET /', (_request, response) => response.writeHead(302, { location: '/graphiql' }).end());
    routes.set('GET /graphql', (request, response, url) =>
      request.headers.accept?.includes('text/html') ? graphiql(request, response, url) : getRefused(response),
    );
  }

  const answer: Route = (request, response, url) => {
    const route = routes.get(`${request.method} ${url.pathname}`);
    if (route) return route(request, response, url);
    if (devTools && url.pathname.startsWith('/dev/'))
      return serveDevTools(app, devTools, url, request, response);
    if (url.pathname === '/graphql') return getRefused(response);
    return sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
  };

  const server = createServer((request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    const failed = (err: unknown) => {
      const error = maskError(err, requestId, () => app.log.error({ err }, 'request failed'));
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    };
    void inRequest(requestId, async () => {
      try {
        await answer(request, response, new URL(request.url ?? '/', 'http://localhost'));
      } catch (error) {
        failed(error);
      }
    });
  });
  server.listen(app.config.PORT, app.config.HOST);
  await once(server, 'listening');
  const closeSockets = serveWebSocket(app, server, yoga, documents);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closeSockets();
      const force = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
      await closed;
      clearTimeout(force);
    },
  };
}

function getRefused(response: ServerResponse): void {
  response.setHeader('allow', 'POST');
  const error = codedError('BAD_USER_INPUT', 'Send operations by POST.');
  error.extensions['http'] = { status: 405 };
  sendError(response, error);
}

async function serveReadiness(app: App, response: ServerResponse): Promise<void> {
  const ready = await app.db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  );
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'the database does not answer' });
}

const jwks = async (app: App) => ({ keys: (await accessKeys(app.secrets)).map(({ jwk }) => jwk) });
