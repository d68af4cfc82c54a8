import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { type Context as SocketContext, type ServerOptions } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { maskError } from '../graphql/errors.ts';
import { isUnauthenticated, viewerOf } from '../graphql/viewer.ts';
import type { App } from '../ports/app.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import { addressReader } from './address.ts';
import { readCookies } from './cookies.ts';
import { operationFrom } from './operation.ts';
import { isFromOurPage } from './origin.ts';
import type { PersistedDocuments } from './persisted.ts';
import { inRequest } from './request-scope.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

const MAX_MESSAGE_BYTES = 16 * 1024;
const UNAUTHORIZED = 4401;
const INTERNAL_ERROR = 4500;
const GOING_AWAY = 1001;
type SessionExtra = Extra & { session?: SessionKey; address?: string };
type Socket = SocketContext<Record<string, unknown>, SessionExtra>;

/** What yoga makes of an operation, with the functions that belong to it. */
interface Prepared extends ExecutionArgs {
  rootValue: {
    execute: (args: ExecutionArgs) => unknown;
    subscribe: (args: ExecutionArgs) => unknown;
    requestId: string;
  };
}

/** GraphQL over WebSocket (graphql-transport-ws) through the same pipeline as HTTP. Returns what closes it. */
export function serveWebSocket(
  app: App,
  server: Server,
  yoga: Yoga,
  documents: PersistedDocuments,
): () => Promise<void> {
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    maxPayload: MAX_MESSAGE_BYTES,
    // A browser lets any page open a socket and sends our cookies along
    verifyClient: ({ req }: { req: IncomingMessage }) => isFromOurPage(req, app.config),
  });
  const addressOf = addressReader(app.config.TRUST_PROXY);
  const run = (kind: 'execute' | 'subscribe') => (args: unknown) => {
    const { rootValue } = args as Prepared;
    return inRequest(rootValue.requestId, () => rootValue[kind](args as Prepared));
  };
  const options: ServerOptions<Record<string, unknown>, SessionExtra> = {
    jsonMessageReviver: withoutQuery,
    execute: run('execute') as never,
    subscribe: run('subscribe') as never,
    onConnect: async (socket) => {
      try {
        socket.extra.address = addressOf(socket.extra.request);
        const viewer = await viewerOf(app, authorizationOf(socket));
        if (viewer.kind === 'SUBSCRIBER') liveWith(app, socket, viewer.session);
        return true;
      } catch (error) {
        return refuse(app, socket, error);
      }
    },
    onSubscribe: (socket, _id, payload) => prepare(app, yoga, documents, factsOf(socket), payload),
    onNext: (_socket, _id, _payload, _args, result) => {
      const { errors, ...rest } = result as ExecutionResult;
      return errors ? { ...rest, errors: errors.map(forSocket) } : undefined;
    },
    onError: (_socket, _id, _payload, errors) => errors.map(forSocket),
  };
  // In the library's other mode a client would read of an error of ours
  const service = useServer({ ...options, isProd: true }, sockets);
  // After the library's own listener, which would print what a client broke
  sockets.on('connection', (socket) => {
    socket.removeAllListeners('error').on('error', (err) => app.log.debug({ err }, 'a socket broke'));
  });
  return async () => {
    for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
    await service.dispose();
  };
}

/** The protocol's library insists on a `query`; a persisted document comes with its id alone. */
function withoutQuery(this: unknown, key: string, value: unknown): unknown {
  const isPayload = key === 'payload' && typeof value === 'object' && value !== null;
  return isPayload && !('query' in value) && ('documentId' in value || 'extensions' in value)
    ? { ...value, query: '' }
    : value;
}

/** A status belongs to HTTP. */
function forSocket({ message, locations, path, extensions: { http: _http, ...extensions } }: GraphQLError) {
  return { message, locations, path, extensions };
}

/** A socket of a session is closed with it, wherever it was ended. */
function liveWith(app: App, { extra }: Socket, session: SessionKey): void {
  extra.session = session;
  // It may be gone already: nobody would hear of its end
  if (extra.socket.readyState !== extra.socket.OPEN) return;
  const unwatch = app.sessionWatch.watch(session, () => extra.socket.close(UNAUTHORIZED, 'Unauthorized'));
  extra.socket.once('close', unwatch);
}

/** A bad credential, or a fault of ours of which the client learns no more. */
function refuse(app: App, { extra: { socket } }: Socket, error: unknown): false {
  if (isUnauthenticated(error)) socket.close(UNAUTHORIZED, 'Unauthorized');
  else {
    app.log.error({ err: error }, 'unexpected error');
    socket.close(INTERNAL_ERROR, 'Internal server error');
  }
  return false;
}

function paramOf({ connectionParams }: Pick<Socket, 'connectionParams'>, name: string): string | undefined {
  const value = connectionParams?.[name];
  return typeof value === 'string' ? value : undefined;
}

function authorizationOf(socket: Socket): string | undefined {
  const { access } = readCookies(socket.extra.request);
  return (
    paramOf(socket, 'authorization') ?? paramOf(socket, 'Authorization') ?? (access && `Bearer ${access}`)
  );
}

const factsOf = (socket: Socket): RequestFacts => ({
  authorization: authorizationOf(socket),
  session: socket.extra.session,
  acceptLanguage: paramOf(socket, 'acceptLanguage') ?? socket.extra.request.headers['accept-language'],
  address: socket.extra.address ?? 'unknown',
  cookies: undefined,
  operationName: undefined,
});

async function prepare(
  app: App,
  yoga: Yoga,
  documents: PersistedDocuments,
  facts: RequestFacts,
  payload: unknown,
): Promise<Prepared | GraphQLError[]> {
  const requestId = randomUUID();
  return inRequest(requestId, async () => {
    try {
      const { query, operationName, variables } = operationFrom(payload, documents);
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...facts,
        operationName,
      });
      const document = parse(query);
      const errors = validate(schema, document);
      if (errors.length) return errors as GraphQLError[];
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe, requestId },
      };
    } catch (error) {
      return [maskError(error, requestId, (err) => app.log.error({ err }, 'unexpected error'))];
    }
  });
}
