import { CloseCode, type Context as SocketContext } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { hasCode } from '../graphql/errors.ts';
import { isUnavailable } from '../ports/unavailable.ts';
import { type Viewer, viewerOf } from '../graphql/viewer.ts';
import type { App } from '../ports/app.ts';
import type { SessionKey } from '../sign-in/tokens.ts';
import type { SocketPlace, SocketPlaces } from './places.ts';
import { seeRefused } from './seen.ts';
import { type Send, TRY_AGAIN_LATER } from './socket.ts';
import type { Leaving } from './socket-farewell.ts';
import { inTime } from './within.ts';

/** What is known of a socket. */
export interface Extra extends Leaving {
  /** What of the request that opened it is looked at later; the rest of it is not kept as long as a socket lives. */
  cookie: string | undefined;
  acceptLanguage: string | undefined;
  address: string;
  place: SocketPlace;
  send: Send;
  session?: SessionKey;
  unwatch?: () => void;
}
export type Socket = SocketContext<Record<string, unknown>, Extra>;

/** Finds out whom the socket speaks for; false: it is being closed. */
export async function greet(
  { app, places }: { app: App; places: SocketPlaces },
  socket: Socket,
): Promise<boolean> {
  const { extra } = socket;
  const close = (code: number, reason: string) => {
    extra.socket.close(code, reason);
    return false;
  };
  try {
    const viewer = await inTime(app, viewerOf(app, authorizationOf(socket)));
    // Gone meanwhile: what it had was given back already.
    if (extra.socket.readyState !== extra.socket.OPEN) return false;
    if (viewer.kind === 'GUEST') return true;
    if (!moveTo(places, viewer, extra)) {
      tooMany(extra.socket);
      return false;
    }
    if (viewer.kind === 'SUBSCRIBER') socket.extra.session = viewer.session;
    liveWith(app, socket, viewer);
    return true;
  } catch (error) {
    if (hasCode(error, 'UNAUTHENTICATED')) return close(CloseCode.Unauthorized, 'Unauthorized');
    if (isUnavailable(error) || hasCode(error, 'UNAVAILABLE') || hasCode(error, 'TIMED_OUT'))
      return close(TRY_AGAIN_LATER, 'Try again later');
    throw error;
  }
}

/** From the guests' places to one of the viewer's own. */
function moveTo(places: SocketPlaces, viewer: Viewer, extra: Extra): boolean {
  const own = places.open(viewer, extra.address);
  if (!own) return false;
  extra.place.leave();
  extra.place = own;
  return true;
}

/** A socket is closed with the session, or the leave, that opened it, wherever that was ended. */
function liveWith(app: App, { extra }: Socket, viewer: Viewer): void {
  const close = () => extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
  if (viewer.kind === 'SUBSCRIBER') extra.unwatch = app.sessionWatch.watch(viewer.session, close);
  if (viewer.kind === 'PARTNER') extra.unwatch = app.grantWatch.watch(viewer.grant, close);
}

export function paramOf(
  { connectionParams }: Pick<Socket, 'connectionParams'>,
  name: string,
): string | undefined {
  const value = connectionParams?.[name];
  return typeof value === 'string' ? value : undefined;
}

export function authorizationOf(socket: Socket): string | undefined {
  const { cookie } = socket.extra;
  return (
    paramOf(socket, 'authorization') ?? paramOf(socket, 'Authorization') ?? (cookie && `Bearer ${cookie}`)
  );
}

/** The protocol's own word for too many beginnings: its clients do not go on trying after it. */
export function tooMany(socket: WebSocket): void {
  seeRefused('sockets');
  socket.on('error', () => {});
  socket.close(CloseCode.TooManyInitialisationRequests, 'TOO_MANY_STREAMS');
}
