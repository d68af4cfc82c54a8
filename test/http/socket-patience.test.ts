import { EventEmitter } from 'node:events';
import type { Server } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { carry, type Send, TRY_AGAIN_LATER } from '../../src/http/socket.ts';

const PING_MS = 1_000;
const STUCK_MS = 10_000;

/** A socket whose other end takes what is sent when the test says so. */
class Socket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  pings = 0;
  isTerminated = false;
  closedWith: number | undefined;
  readonly #untaken: (() => void)[] = [];

  send(text: string, taken: () => void): void {
    this.bufferedAmount += text.length;
    this.#untaken.push(taken);
  }
  take(): void {
    this.bufferedAmount = 0;
    for (const taken of this.#untaken.splice(0)) taken();
  }
  ping(): void {
    this.pings++;
  }
  terminate(): void {
    this.isTerminated = true;
  }
  close(code: number): void {
    this.closedWith = code;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
}

let socket: Socket;
let send: Send;
beforeEach(() => {
  vi.useFakeTimers();
  socket = new Socket();
  const protocol = { opened: () => async () => {} } as unknown as Server<Send>;
  const know = (given: Send) => (send = given);
  const patience = { pingMs: PING_MS, stuckMs: STUCK_MS };
  carry(protocol, socket as unknown as WebSocket, know, patience, {} as Logger);
});
afterEach(() => vi.useRealTimers());

test('whoever answers pings stays, and whoever does not is found out by the next', () => {
  vi.advanceTimersByTime(PING_MS);
  socket.emit('pong');
  vi.advanceTimersByTime(PING_MS);
  expect([socket.pings, socket.isTerminated]).toEqual([2, false]);
  vi.advanceTimersByTime(PING_MS);
  expect(socket.isTerminated).toBe(true);
});

test('whoever is slow to take what was sent is not asked for an answer that waits behind it', async () => {
  vi.advanceTimersByTime(PING_MS);
  socket.emit('pong');
  const taken = send('an event');
  vi.advanceTimersByTime(STUCK_MS - PING_MS);
  expect([socket.pings, socket.isTerminated, socket.closedWith]).toEqual([1, false, undefined]);
  socket.take();
  await taken;
  vi.advanceTimersByTime(PING_MS);
  expect([socket.pings, socket.isTerminated]).toEqual([2, false]);
});

test('whoever never takes it is closed, and told to come back', () => {
  void send('an event');
  vi.advanceTimersByTime(STUCK_MS);
  expect([socket.isTerminated, socket.closedWith]).toEqual([false, TRY_AGAIN_LATER]);
});
