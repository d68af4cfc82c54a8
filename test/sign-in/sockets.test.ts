import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
let token: string;
beforeAll(async () => {
  product = await startProduct();
  const client = product.client();
  await client.signIn('+79160000001');
  token = client.token!;
});
afterAll(() => product.stop());

/** A socket whose first message, with a credential, is on its way. */
async function introduce(): Promise<WebSocket> {
  const socket = new WebSocket(`${product.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  return socket;
}

test('a socket that goes while its session is being looked up leaves no watch behind', async () => {
  const { wakeUps, db } = product.app;
  let watches = 0;
  const listen = wakeUps.listen.bind(wakeUps);
  const listening = vi.spyOn(wakeUps, 'listen').mockImplementation((topic, wake) => {
    watches++;
    const end = listen(topic, wake);
    return () => {
      watches--;
      end();
    };
  });
  const find = db.session.findFirst.bind(db.session);
  const found = Promise.withResolvers<void>();
  const looking = vi.spyOn(db.session, 'findFirst').mockImplementation((async (args: never) => {
    await found.promise;
    return find(args);
  }) as never);
  const socket = await introduce();
  await expect.poll(() => looking.mock.calls.length).toBe(1);
  socket.terminate();
  // By its answer the server has heard of the end, too
  for (let i = 0; i < 3; i++) await fetch(`${product.url}/health/live`);
  found.resolve();
  await looking.mock.results[0]!.value;
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  await expect.poll(() => watches).toBe(0);
  looking.mockRestore();
  listening.mockRestore();
});

test('a socket that cannot be served through a fault of ours is told no more than that', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  await product.app.db.$executeRaw`ALTER TABLE sessions RENAME TO gone`;
  try {
    const [code, reason] = (await once(await introduce(), 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4500, 'Internal server error']);
    expect(printed).not.toHaveBeenCalled();
    expect(product.log()).toContain('"level":50');
  } finally {
    await product.app.db.$executeRaw`ALTER TABLE gone RENAME TO sessions`;
    printed.mockRestore();
  }
});
