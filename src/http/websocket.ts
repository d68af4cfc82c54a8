import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { codedError, maskError } from '../graphql/errors.ts';
import { EventAnswers } from '../graphql/event-answers.ts';
import { GUEST } from '../graphql/viewer.ts';
import type { App } from '../ports/app.ts';
import { socketsOpen } from '../seeing/metrics.ts';
import { addressReader } from './address.ts';
import { admitText } from './admission.ts';
import { readCookies } from './cookies.ts';
import { operationFrom } from './operation.ts';
import { isFromOurPage } from './origin.ts';
import type { PersistedDocuments } from './persisted.ts';
import { check, type Checked, type Result, runInPlace } from './pipeline.ts';
import type { Leave, SocketPlaces } from './places.ts';
import { inRequest } from './request-scope.ts';
import { seeErrors, seeOperation, seeRefused } from './seen.ts';
import { carry, type Send } from './socket.ts';
import { closeAll } from './socket-farewell.ts';
import { authorizationOf, type Extra, greet, paramOf, type Socket, tooMany } from './socket-greeting.ts';
import { sendingWritten } from './written-stream.ts';
import type { RequestFacts, Yoga } from './yoga.ts';

export interface OpenSockets {
  /**
   * Takes no more sockets, and closes those that are open with 1012, evenly over that time, each when the operations
   * that run on it have been answered.
   */
  close(overMs: number): Promise<void>;
}

/** An operation that has its place on the socket, as the protocol's library hands it back to be executed. */
interface Prepared extends ExecutionArgs {
  rootValue: { run: () => Promise<Result>; requestId: string };
}

interface Parts {
  app: App;
  yoga: Yoga;
  documents: PersistedDocuments;
  places: SocketPlaces;
}

/** GraphQL over WebSocket (graphql-transport-ws) through the same pipeline as HTTP. */
export function serveWebSocket(parts: Parts, server: Server): OpenSockets {
  const { app, places } = parts;
  const { config, log } = app;
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    maxPayload: config.SOCKET_MESSAGE_KIB * 1024,
    handleProtocols,
    // A browser lets any page open a socket and sends our cookies along
    verifyClient: ({ req }: { req: IncomingMessage }) => isFromOurPage(req, config),
  });
  const addressOf = addressReader(config.TRUST_PROXY);
  const protocol = makeServer(protocolOf(parts));
  const open = new Map<WebSocket, Extra>();
  const patience = { pingMs: config.SOCKET_PING_SECONDS * 1_000, stuckMs: config.STUCK_SECONDS * 1_000 };
  sockets.on('connection', (socket, request) => {
    const address = addressOf(request);
    const place = places.open(GUEST, address);
    if (!place) return tooMany(socket);
    const cookie = readCookies(request).access;
    const acceptLanguage = request.headers['accept-language'];
    const know = (send: Send): Extra => {
      const extra = {
        socket,
        cookie,
        acceptLanguage,
        address,
        place,
        running: new Set<Promise<void>>(),
        send,
      };
      open.set(socket, extra);
      return extra;
    };
    socketsOpen.inc();
    socket.once('close', () => {
      open.delete(socket);
      socketsOpen.dec();
    });
    carry(protocol, socket, know, patience, log);
  });
  return { close: (overMs) => closeAll(sockets, open, overMs) };
}

function protocolOf(parts: Parts): ServerOptions<Record<string, unknown>, Extra> {
  const run = (args: unknown) => {
    const { requestId, run: execute } = (args as Prepared).rootValue;
    return inRequest(requestId, () =>
      execute().catch((error: unknown) => ({ errors: [masked(parts.app, requestId, error)] })),
    );
  };
  return {
    connectionInitWaitTimeout: parts.app.config.SOCKET_INIT_SECONDS * 1_000,
    jsonMessageReviver: readMessage,
    execute: run as never,
    subscribe: run as never,
    onConnect: (socket) => greet(parts, socket),
    onClose: ({ extra }) => {
      extra.unwatch?.();
      extra.place.leave();
    },
    onSubscribe: (socket, _id, payload) => prepare(parts, socket, payload),
    onOperation: ({ extra }, id, _payload, _args, result) =>
      result instanceof EventAnswers ? sendingWritten(result, id, extra.send) : undefined,
    onNext: (_socket, _id, _payload, _args, result) => {
      const { errors, ...rest } = result as ExecutionResult;
      return errors ? { ...rest, errors: errors.map(forSocket) } : undefined;
    },
    onError: (_socket, _id, _payload, errors) => errors.map(forSocket),
  };
}

/** The protocol's library insists on a `query`; a persisted document comes with its id alone. */
function readMessage(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'payload' && !('query' in value) && ('documentId' in value || 'extensions' in value))
    return { ...value, query: '' };
  if (key === '' && 'type' in value && ['connection_ack', 'next', 'error'].includes(String(value.type)))
    throw new Error('A client does not send this.');
  return value;
}

/** A status belongs to HTTP. The library packs what a stream throws into an error of its own. */
function forSocket(error: GraphQLError) {
  const own = error.cause instanceof GraphQLError ? error.cause : error;
  seeErrors([own]);
  const { message, locations, path, extensions } = own;
  const { http: _http, ...rest } = extensions;
  return { message, locations, path, extensions: rest };
}

const factsOf = (socket: Socket): RequestFacts => ({
  authorization: authorizationOf(socket),
  session: socket.extra.session,
  acceptLanguage: paramOf(socket, 'acceptLanguage') ?? socket.extra.acceptLanguage,
  address: socket.extra.address,
  cookies: undefined,
  variables: undefined,
  operationName: undefined,
  streams: true,
});

async function prepare(
  { app, yoga, documents }: Parts,
  socket: Socket,
  payload: unknown,
): Promise<Prepared | GraphQLError[]> {
  const requestId = randomUUID();
  return inRequest(requestId, async () => {
    try {
      const operation = operationFrom(payload, documents, app.config);
      const facts = { ...factsOf(socket), registered: operation.registered };
      await admitText(app, facts);
      const checked = check(yoga, operation, facts);
      if (!('begin' in checked)) return [...checked];
      const leave = takePlace(socket.extra, checked.kind);
      if (!leave) return [noPlaceFor(checked.kind)];
      try {
        const { run } = await checked.begin();
        const seen = () => seeOperation(operation, 'websocket', run);
        return { ...checked.args, rootValue: { run: () => runInPlace(seen, leave), requestId } };
      } catch (error) {
        leave();
        throw error;
      }
    } catch (error) {
      return [masked(app, requestId, error)];
    }
  });
}

/** Room for one more on the socket. Until it is given back, a process that stops waits for the operation's answer. */
function takePlace({ place, running }: Extra, kind: Checked['kind']): Leave | undefined {
  const leave = place.take(kind);
  if (!leave || kind === 'stream') return leave;
  const { promise, resolve } = Promise.withResolvers<void>();
  running.add(promise);
  return () => {
    leave();
    running.delete(promise);
    resolve();
  };
}

const masked = ({ log }: App, requestId: string, error: unknown): GraphQLError =>
  maskError(error, requestId, (err) => log.error({ err }, 'unexpected error'));

function noPlaceFor(kind: 'stream' | 'operation'): GraphQLError {
  seeRefused(`${kind}s`);
  return kind === 'stream'
    ? codedError('TOO_MANY_STREAMS', 'This socket carries as many streams as it may: end one of them first.')
    : codedError('RATE_LIMITED', 'Too many operations at once on this socket: wait for one to end.');
}
