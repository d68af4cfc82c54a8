import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { WebSocket, WebSocketServer } from 'ws';
import { FINISH_WITHIN_MS } from '../stop-times.ts';
import { oneByOne } from './departure.ts';
import { SERVICE_RESTART } from './socket.ts';

/** How long sockets may take over their farewell before they are cut off. */
const FAREWELL_MS = 2_000;

/** An open socket, as far as its end goes. */
export interface Leaving {
  socket: WebSocket;
  /** Operations under way that have an end of their own. */
  running: Set<Promise<void>>;
}

/**
 * Takes no more sockets, and closes those that are open with 1012, evenly over that time, each when the operations that
 * run on it have been answered.
 */
export async function closeAll(
  sockets: WebSocketServer,
  open: ReadonlyMap<WebSocket, Leaving>,
  overMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
  const farewells: Promise<void>[] = [];
  await oneByOne([...open.values()], overMs, (extra) => void farewells.push(bidFarewell(extra)));
  await Promise.all(farewells);
  await Promise.race([closed, delay(FAREWELL_MS, undefined, { ref: false })]);
  for (const socket of sockets.clients) socket.terminate();
  await closed;
}

async function bidFarewell({ socket, running }: Leaving): Promise<void> {
  await Promise.race([Promise.allSettled(running), delay(FINISH_WITHIN_MS, undefined, { ref: false })]);
  // What the last of them answered is handed over first
  await setImmediate();
  socket.close(SERVICE_RESTART, 'Come back');
}
