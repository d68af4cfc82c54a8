import { CloseCode, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

/** Close codes of RFC 6455, 7.4, and of its registry, beside those of the protocol itself. */
const UNSUPPORTED_DATA = 1003;
/** This process stops: clients of the protocol connect again, to another. */
export const SERVICE_RESTART = 1012;
/** Clients of the protocol connect again after this one, too. */
export const TRY_AGAIN_LATER = 1013;
/** What may wait for a reader before we stop listening to what it asks for. */
const MAX_UNREAD_BYTES = 64 * 1024;

export interface Patience {
  /** Between two pings; an answer is due before the next. */
  pingMs: number;
  /** For a reader to take what was sent to it. */
  stuckMs: number;
}

/** Gives a message to the system; a promise if that has no room for it now, which resolves when it has taken it. */
export type Send = (text: string) => Promise<void> | undefined;

/**
 * Carries the protocol over one socket. Each message is handed to the system before the stream that it came from is
 * asked for another, so that a slow reader is merely behind; one that does not read is closed, and one that is gone
 * is found out.
 */
export function carry<Extra>(
  protocol: Server<Extra>,
  socket: WebSocket,
  know: (send: Send) => Extra,
  { pingMs, stuckMs }: Patience,
  log: Logger,
): void {
  let over = false;
  let heard = true;
  let waiting = 0;
  const pinging = setInterval(ping, pingMs);
  const close = (code: number, reason: string) => socket.close(code, reason);
  const ended = protocol.opened({ protocol: socket.protocol, send, close, onMessage }, know(send));
  socket.on('pong', () => (heard = true));
  socket.once('close', (code, reason) => end(code, String(reason)));
  socket.on('error', (err) => log.debug({ err }, 'a socket broke'));

  /** Ends what the socket carries; to close may take it some time yet. */
  function end(code: number, reason: string): void {
    if (over) return;
    over = true;
    clearInterval(pinging);
    // Its own farewell may wait behind what we stopped to read.
    socket.resume();
    ended(code, reason).catch((err: unknown) => log.error({ err }, 'a socket’s operations did not end'));
  }

  function giveUp(): void {
    close(TRY_AGAIN_LATER, 'Try again later');
    end(TRY_AGAIN_LATER, 'Try again later');
  }

  function send(text: string): Promise<void> | undefined {
    if (socket.readyState !== socket.OPEN) end(CloseCode.InternalServerError, 'Gone');
    if (over) return undefined;
    let taken: (() => void) | undefined;
    socket.send(text, () => taken?.());
    if (!socket.bufferedAmount) return undefined;
    waiting++;
    return new Promise((resolve) => {
      const stuck = setTimeout(giveUp, stuckMs);
      taken = () => {
        waiting--;
        clearTimeout(stuck);
        if (socket.isPaused && socket.bufferedAmount < MAX_UNREAD_BYTES) socket.resume();
        resolve();
      };
      if (socket.bufferedAmount >= MAX_UNREAD_BYTES) socket.pause();
    });
  }

  function onMessage(hear: (text: string) => Promise<void>): void {
    socket.on('message', (data, isBinary) => {
      heard = true;
      // After our farewell nothing is listened to.
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) return close(UNSUPPORTED_DATA, 'Send text');
      hear((data as Buffer).toString()).catch((err: unknown) => {
        log.error({ err }, 'a message could not be handled');
        close(CloseCode.InternalServerError, 'Internal server error');
      });
    });
  }

  function ping(): void {
    // While something waits to be taken, pings wait behind it: whether it is ever taken is watched above.
    if (waiting) return;
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }
}
