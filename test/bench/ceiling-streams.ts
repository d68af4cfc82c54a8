// What streams take at the least: bare ws, one listening connection, and each event's text put together by hand out of
// its notification. Whoever shows a token is believed, nothing is read again, nobody is ever pinged. Not a way to build
// anything.
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeCursor } from '../../src/events/cursor.ts';
import { Secrets } from '../../src/secrets.ts';

interface Message {
  id?: string;
  type: string;
  payload?: { authorization?: string; query?: string };
}

interface News {
  subscriberId: string;
  seq: number;
  state: string;
}

const { DATABASE_URL = '', SECRETS_KEYS = '' } = process.env;

const secrets = new Secrets(SECRETS_KEYS.split(','));
const streams = new Map<string, WebSocket>();

const db = new pg.Client(DATABASE_URL);
await db.connect();
db.on('notification', ({ payload = '' }) => {
  if (!payload.startsWith('events/')) return;
  const { subscriberId, seq, state } = JSON.parse(payload.slice(payload.indexOf(' ') + 1)) as News;
  const cursor = encodeCursor(secrets, subscriberId, seq);
  streams
    .get(subscriberId)
    ?.send(
      `{"id":"1","type":"next","payload":{"data":{"serviceOrderUpdated":{"state":"${state}","cursor":"${cursor}"}}}}`,
    );
});
await db.query('LISTEN internet_assistant');

const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  handleProtocols: () => 'graphql-transport-ws',
});
server.on('connection', (socket) => {
  let subscriberId = '';
  socket.on('message', (data: Buffer) => {
    const { id, type, payload } = JSON.parse(data.toString()) as Message;
    if (type === 'connection_init') {
      subscriberId = decodeJwt(payload!.authorization!.slice('Bearer '.length)).sub!;
      socket.send('{"type":"connection_ack"}');
    } else if (payload?.query?.startsWith('subscription')) streams.set(subscriberId, socket);
    else if (type === 'subscribe') socket.send(`{"id":"${id}","type":"complete"}`);
  });
});
await new Promise((listening) => server.once('listening', listening));
const { port } = server.address() as AddressInfo;
process.stdout.write(`The ceiling of streams is ready: http://127.0.0.1:${port}/\n`);
process.on('SIGTERM', () => process.exit(0));
