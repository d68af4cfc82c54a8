import type { IncomingMessage, ServerResponse } from 'node:http';
import { codedError } from '../graphql/errors.ts';
import { CONSENT_PATH } from '../partners/authorization-server.ts';
import type { App } from '../ports/app.ts';
import { accessKeys } from '../sign-in/tokens.ts';
import { addressReader } from './address.ts';
import { sendError, sendJson } from './answer.ts';
import type { AnswersUnderWay } from './departure.ts';
import { type DevTools, serveDevTools } from './dev-tools.ts';
import { serveFile } from './files.ts';
import { serveLiveness, serveReadiness } from './health.ts';
import { openStaffTools, serveOpenGraphiql } from './staff-tools.ts';
import { serveGraphql } from './graphql.ts';
import { allowOrigin } from './origin.ts';
import { isOauth, openOauth } from './oauth.ts';
import { isFromNetwork, takeNetworkCallback } from './network-callback.ts';
import type { PersistedDocuments } from './persisted.ts';
import { Places, type SocketPlaces } from './places.ts';
import { openWebPage } from './web.ts';
import type { Yoga } from './yoga.ts';

export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

/**
 * Which room answers which address. `devTools` only while they are on; `publicUrl`: what clients call us;
 * `underWay`: what this process still has to answer.
 */
export function routesOf(
  app: App,
  yoga: Yoga,
  documents: PersistedDocuments,
  places: SocketPlaces,
  devTools: DevTools | undefined,
  publicUrl: () => string,
  underWay: AnswersUnderWay,
): Route {
  const serveOauth = openOauth(app, publicUrl);
  const parts = { app, yoga, documents, places, underWay, addressOf: addressReader(app.config.TRUST_PROXY) };
  const routes = new Map<string, Route>([
    [
      'POST /graphql',
      (request, response) => {
        allowOrigin(request, response, app.config);
        return serveGraphql(parts, request, response);
      },
    ],
    [
      'OPTIONS /graphql',
      (request, response) => {
        allowOrigin(request, response, app.config);
        response.writeHead(204).end();
      },
    ],
    ['GET /health/live', (_request, response) => serveLiveness(response)],
    ['GET /health/ready', (_request, response) => serveReadiness(app, () => underWay.areLast, response)],
    ['GET /.well-known/jwks.json', async (_request, response) => sendJson(response, 200, await jwks(app))],
  ]);
  if (devTools) {
    routes.set('GET /graphiql', serveOpenGraphiql);
    routes.set('GET /graphql', (request, response, url) =>
      request.headers.accept?.includes('text/html')
        ? serveOpenGraphiql(request, response, url)
        : refuseMethod(response),
    );
  }
  if (!devTools) for (const [route, serve] of openStaffTools(parts, publicUrl)) routes.set(route, serve);
  const webPage = openWebPage(app.config, devTools !== undefined);
  const downloads = new Places();
  return (request, response, url) => {
    // A HEAD is a GET whose body Node leaves out (RFC 9110, 9.3.2)
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routes.get(`${method} ${url.pathname}`);
    if (route) return route(request, response, url);
    // The question is shown by our page, which reads it as JSON at the same address
    if (isConsent(request, url) && webPage(request, response, url)) return undefined;
    if (isOauth(url.pathname)) return serveOauth(request, response, url);
    if (devTools && url.pathname.startsWith('/dev/'))
      return serveDevTools(app, devTools, url, request, response);
    if (method === 'GET' && url.pathname.startsWith('/files/'))
      return serveFile(app, downloads, url.pathname.slice('/files/'.length), request, response);
    if (url.pathname === '/graphql') return refuseMethod(response);
    if (method === 'POST' && isFromNetwork(app, url.pathname))
      return takeNetworkCallback(app, request, response);
    if (method === 'GET' && webPage(request, response, url)) return undefined;
    return sendError(response, codedError('NOT_FOUND', 'There is nothing here.'));
  };
}

const isConsent = ({ method, headers }: IncomingMessage, { pathname }: URL): boolean =>
  method === 'GET' &&
  pathname.startsWith(`/oauth${CONSENT_PATH}`) &&
  headers.accept?.includes('text/html') === true;

function refuseMethod(response: ServerResponse): void {
  response.setHeader('allow', 'POST');
  const error = codedError('BAD_USER_INPUT', 'Send operations by POST.');
  error.extensions['http'] = { status: 405 };
  sendError(response, error);
}

const jwks = async (app: App) => ({ keys: (await accessKeys(app.secrets)).map(({ jwk }) => jwk) });
