import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Client } from '../support/client.ts';
import { openSession } from '../support/session.ts';
import { RawSocket } from '../support/socket.ts';
import { type Running, startProduct } from '../support/running.ts';

const STREAM = 'subscription { serviceOrderUpdated { state } }';
const LATE = { extensions: { code: 'TIMED_OUT' } };
let product: Running;
let client: Client;
beforeAll(async () => {
  product = await startProduct({ works: false, settings: { OPERATION_SECONDS: '3' } });
  client = product.client('en');
  client.token = await openSession(product.app, '+79160000001');
});
afterAll(() => product.stop());

/** While the table is locked, whatever reads it waits. */
const whileLocked = (table: string, work: () => Promise<void>) =>
  product.app.db.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`LOCK TABLE ${table}`);
      await work();
    },
    { timeout: 30_000 },
  );

test.each(['subscribers', 'sessions'])('an operation that waits for %s is TIMED_OUT', async (table) => {
  const socket = await RawSocket.open(product.url, client.token);
  const warned = vi.spyOn(product.app.log, 'warn');
  await whileLocked(table, async () => {
    socket.subscribe('q', '{ me { id } }');
    socket.subscribe('s', STREAM);
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { ...client.headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: STREAM }),
    });
    expect([response.status, await response.text()]).toEqual([504, expect.stringContaining('TIMED_OUT')]);
    for (const id of ['q', 's']) expect((await socket.answer(id)).errors).toMatchObject([LATE]);
    expect(await client.query('{ me { id } }')).toMatchObject({ status: 504, errors: [LATE] });
  });
  const told = warned.mock.calls.filter(([said]) => said === 'an operation takes too long');
  expect(told.length).toBeGreaterThanOrEqual(4);
  warned.mockRestore();
  // Nothing is left of them: no place is taken, no stream goes on
  for (let i = 0; i < 20; i++) socket.subscribe(`again ${i}`, STREAM);
  socket.subscribe('after', '{ me { id } }');
  expect((await socket.answer('after')).data.me).toBeTruthy();
  expect(socket.kept.filter(({ id }) => id?.startsWith('again'))).toEqual([]);
  socket.ws.close();
  await socket.closed;
});

test('a socket that cannot be told whom it speaks for is closed with a code that says to come back', async () => {
  await whileLocked('sessions', async () => {
    const socket = new RawSocket(product.url);
    socket.ws.once('open', () =>
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${client.token}` } }),
    );
    expect((await socket.closed).code).toBe(1013);
  });
});

test('readiness does not wait for a database that does not answer', async () => {
  const stop = new AbortController();
  const allBusy = Promise.all(
    Array.from({ length: 16 }, () =>
      product.app.db.$transaction(
        async (tx) => {
          await tx.$queryRaw`SELECT 1`;
          await once(stop.signal, 'abort');
        },
        { timeout: 30_000 },
      ),
    ),
  );
  const ready = async () => (await fetch(`${product.url}/health/ready`)).status;
  await expect.poll(ready).toBe(503);
  stop.abort();
  await allBusy;
  await expect.poll(ready).toBe(200);
});
