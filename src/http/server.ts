import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicUrl } from '../config.ts';
import { codedError, maskError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import { sendError } from './answer.ts';
import type { DevTools } from './dev-tools.ts';
import { openPersistedDocuments } from './persisted.ts';
import { SocketPlaces } from './places.ts';
import { inRequest } from './request-scope.ts';
import { roomOf, seeRequest, seeResponse } from './seen.ts';
import { type Route, routesOf } from './routes.ts';
import { serveWebSocket } from './websocket.ts';
import { openYoga } from './yoga.ts';

const STOP_WITHIN_MS = 10_000;

export interface HttpServer {
  /** Where it listens: http://127.0.0.1:4000 */
  url: string;
  /** Takes no more requests, lets those under way finish, closes streams. */
  stop(): Promise<void>;
}

/** Serves the product over HTTP and WebSocket; `devTools` only while they are on. */
export async function serveHttp(app: App, devTools: DevTools | undefined): Promise<HttpServer> {
  const documents = await openPersistedDocuments();
  const yoga = openYoga(app);
  const places = new SocketPlaces(app.config);
  const answer = routesOf(app, yoga, documents, places, devTools, () =>
    app.config.PUBLIC_URL ? publicUrl(app.config) : url,
  );
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.headers.accept?.includes('text/event-stream')) {
      streams.add(response);
      response.once('close', () => streams.delete(response));
    }
    void serve(app, answer, request, response);
  });
  // A connection on which nothing moves any more: an answer that is not read, a request that does not go on
  server.timeout = Math.max(app.config.STUCK_SECONDS, 2 * app.config.OPERATION_SECONDS) * 1_000;
  server.listen(app.config.PORT, app.config.HOST);
  await once(server, 'listening');
  const closeSockets = serveWebSocket({ app, yoga, documents, places }, server);
  const { address, port, family } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return {
    url,
    stop: () => stop(server, streams, closeSockets),
  };
}

/** One request under an id of its own; whatever goes wrong in it ends in an answer. */
const serve = (
  app: App,
  answer: Route,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  response.setHeader('x-request-id', requestId);
  const room = roomOf(request.url ?? '/');
  const answered = async () => {
    try {
      const url = URL.parse(`http://localhost${request.url ?? '/'}`);
      if (!url) throw codedError('BAD_USER_INPUT', 'This is no address.');
      await answer(request, response, url);
    } catch (err) {
      if (response.destroyed) return app.log.debug({ err }, 'the client left');
      const error = maskError(err, requestId, () => app.log.error({ err }, 'request failed'));
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    }
    seeResponse(room, response);
  };
  return inRequest(requestId, () => seeRequest(app.config, request, response, room, answered));
};

async function stop(
  server: Server,
  streams: ReadonlySet<ServerResponse>,
  closeSockets: () => Promise<void>,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // A stream has no end of its own: its reader comes back elsewhere and goes on by its cursor.
  for (const stream of streams) stream.destroy();
  await closeSockets();
  const force = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
  await closed;
  clearTimeout(force);
}
