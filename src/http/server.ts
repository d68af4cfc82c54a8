import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicUrl } from '../config.ts';
import { codedError, maskError } from '../graphql/errors.ts';
import type { App } from '../ports/app.ts';
import { FINISH_WITHIN_MS } from '../stop-times.ts';
import { sendError } from './answer.ts';
import { AnswersUnderWay } from './departure.ts';
import type { DevTools } from './dev-tools.ts';
import { openPersistedDocuments } from './persisted.ts';
import { SocketPlaces } from './places.ts';
import { inRequest } from './request-scope.ts';
import { roomOf, seeRequest, seeResponse } from './seen.ts';
import { type Route, routesOf } from './routes.ts';
import { serveWebSocket, type OpenSockets } from './websocket.ts';
import { openYoga } from './yoga.ts';

export interface HttpServer {
  /** Where it listens: http://127.0.0.1:4000 */
  url: string;
  /** Says that nobody is to be sent here any more, and goes on serving. */
  leave(): void;
  /**
   * Takes no more requests, lets those under way finish, and closes streams one after another (STOP_STREAMS_SECONDS):
   * their readers come back elsewhere and go on by their cursors.
   */
  stop(): Promise<void>;
}

/** Serves the product over HTTP and WebSocket; `devTools` only while they are on. */
export async function serveHttp(app: App, devTools: DevTools | undefined): Promise<HttpServer> {
  const documents = await openPersistedDocuments();
  const yoga = openYoga(app);
  const places = new SocketPlaces(app.config);
  const underWay = new AnswersUnderWay();
  const nameOfOurs = () => (app.config.PUBLIC_URL ? publicUrl(app.config) : url);
  const answer = routesOf(app, yoga, documents, places, devTools, nameOfOurs, underWay);
  const server = createServer((request, response) => {
    underWay.add(response);
    void serve(app, answer, request, response);
  });
  // A connection on which nothing moves any more: an answer that is not read, a request that does not go on
  server.timeout = Math.max(app.config.STUCK_SECONDS, 2 * app.config.OPERATION_SECONDS) * 1_000;
  // Longer than proxies keep one: who closes first must not be the one that may be spoken to at that moment
  server.keepAliveTimeout = app.config.KEEP_ALIVE_SECONDS * 1_000;
  server.listen(app.config.PORT, app.config.HOST);
  await once(server, 'listening');
  const sockets = serveWebSocket({ app, yoga, documents, places }, server);
  const url = addressOf(server);
  return {
    url,
    leave: () => underWay.closeBehindEach(),
    stop: () => stop(server, underWay, sockets, app.config.STOP_STREAMS_SECONDS * 1_000),
  };
}

/** Where a server listens: http://127.0.0.1:4000 */
export function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
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
  underWay: AnswersUnderWay,
  sockets: OpenSockets,
  overMs: number,
): Promise<void> {
  underWay.closeBehindEach();
  const closed = once(server, 'close');
  server.close();
  const force = setTimeout(() => server.closeAllConnections(), overMs + FINISH_WITHIN_MS);
  await Promise.all([underWay.endStreams(overMs), sockets.close(overMs)]);
  await closed;
  clearTimeout(force);
}
