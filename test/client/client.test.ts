import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Client,
  type ClientOptions,
  createClient,
  IdentityDocument,
  type KeptTokens,
  OperationError,
  ServiceOrderUpdatedDocument,
  SignedOut,
  SignOutDocument,
  Unreached,
} from '../../src/client/entry.ts';
import { appendEvent } from '../../src/events/append.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { streamsOpen } from '../../src/seeing/metrics.ts';
import { startSession } from '../../src/sign-in/sessions.ts';
import { issueTokens } from '../../src/sign-in/tokens.ts';
import { addEvents, addOrder } from '../support/events.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
const opened: Client[] = [];
beforeAll(async () => {
  product = await startProduct({ works: false });
});
afterAll(async () => {
  for (const client of opened) await client.close();
  await product.stop();
});

const PHONE = '+79160000001';
const idOf = async (phoneNumber: string) =>
  (await product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber } })).id;

/** A new session of that line, as an app would have kept it. */
async function sessionOf(phoneNumber: string): Promise<KeptTokens> {
  const { app } = product;
  const id = await idOf(phoneNumber);
  const session = await app.db.$transaction((tx) => startSession(app, tx, id, undefined));
  const tokens = await issueTokens(app, { ...session, generation: 0, device: 'test' });
  const ends = app.clock.now().getTime() + app.config.ACCESS_TOKEN_MINUTES * 60_000;
  return { ...tokens, accessTokenExpiresAt: new Date(ends).toISOString() };
}

/** Whether a request asks for new tokens. */
const refreshes = (init: RequestInit | undefined): boolean =>
  (init?.body as string | undefined)?.includes('refreshToken') ?? false;

/** A client with such a session, and all that it did: what it kept and how often it asked for new tokens. */
async function clientOf(phoneNumber: string, more: Partial<ClientOptions> = {}) {
  const tokens = await sessionOf(phoneNumber);
  const seen = { tokens, kept: [] as (KeptTokens | undefined)[], refreshes: 0 };
  const counting: typeof fetch = (url, init) => {
    if (refreshes(init)) seen.refreshes++;
    return fetch(url, init);
  };
  const client = createClient({
    url: product.url,
    tokens,
    keepTokens: (kept) => void seen.kept.push(kept),
    webSocketImpl: WebSocket,
    waitBeforeTryMs: () => 10,
    now: () => product.clock.now().getTime(),
    fetch: counting,
    ...more,
  });
  opened.push(client);
  return { client, seen };
}

const me = (client: Client) => client.run(IdentityDocument);

test('many requests just before the token’s end: one refresh, and its tokens are kept before they are used', async () => {
  const { client, seen } = await clientOf(PHONE);
  await me(client);
  expect(seen.refreshes).toBe(0);
  product.clock.advance({ minutes: 9, seconds: 30 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => me(client)));
  expect(answers.every(({ identity }) => identity.kind === 'SUBSCRIBER')).toBe(true);
  expect(seen.refreshes).toBe(1);
  expect(seen.kept).toHaveLength(1);
  expect(seen.kept[0]!.refreshToken).not.toBe(seen.tokens.refreshToken);
  product.clock.advance({ minutes: 9, seconds: 30 });
  await me(client);
  expect(seen.refreshes).toBe(2);
});

test('a device whose clock stands wrong: refused tokens are replaced, once for many, and what was refused is run again', async () => {
  const { client, seen } = await clientOf(PHONE, { now: () => 0 });
  product.clock.advance({ minutes: 11 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => me(client)));
  expect(answers.every(({ identity }) => identity.kind === 'SUBSCRIBER')).toBe(true);
  expect(seen.refreshes).toBe(1);
  const ahead = await clientOf(PHONE, { now: () => Date.parse('2100-01-01') });
  for (let i = 0; i < 5; i++) await me(ahead.client);
  expect(ahead.seen.refreshes).toBe(1);
});

test('the answer to a refresh is lost: asked again in time, it is given again, and the session lives', async () => {
  let lost = 0;
  const { client, seen } = await clientOf(PHONE, {
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (lost > 0 || !refreshes(init)) return response;
      lost++;
      throw new TypeError('fetch failed');
    },
  });
  product.clock.advance({ minutes: 11 });
  expect((await me(client)).identity.kind).toBe('SUBSCRIBER');
  expect(lost).toBe(1);
  expect(seen.kept).toHaveLength(1);
});

test('a session that is over says so, and then the client is a guest; a server that is away is no end of a session', async () => {
  const { client, seen } = await clientOf(PHONE);
  await client.run(SignOutDocument);
  await expect(me(client)).rejects.toBeInstanceOf(SignedOut);
  expect(seen.kept).toEqual([undefined]);
  expect((await me(client)).identity.kind).toBe('GUEST');
  const away = createClient({ url: 'http://127.0.0.1:1' });
  await expect(me(away)).rejects.toBeInstanceOf(Unreached);
});

/** The numbers of the events that a stream tells, as many as are wanted. */
async function numbers(
  stream: AsyncIterable<{ serviceOrderUpdated: { cursor: string } }>,
  subscriberId: string,
  count: number,
  each: (told: number) => unknown = () => {},
): Promise<number[]> {
  const found: number[] = [];
  for await (const { serviceOrderUpdated } of stream) {
    found.push(decodeCursor(product.app.secrets, subscriberId, serviceOrderUpdated.cursor)!);
    await each(found.length);
    if (found.length === count) break;
  }
  return found;
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('the connection breaks again and again in mid-stream, after the first time with an old token: no gap, no repeat', async () => {
  const proxy = await FaultyProxy.to(Number(new URL(product.url).port));
  const { client, seen } = await clientOf('+79160000002', { url: `http://127.0.0.1:${proxy.port}` });
  const subscriberId = await idOf('+79160000002');
  const orderId = await addOrder(product.app, subscriberId);
  const after = encodeCursor(product.app.secrets, subscriberId, 0);
  const event = { subscriberId, kind: 'SERVICE_ORDER', orderId, state: 'IN_PROGRESS' } as const;
  await addEvents(product.app, { subscriberId, orderId, count: 100 });
  proxy.way = { breakAnswerAfter: 8_000 };
  const stream = client.follow(ServiceOrderUpdatedDocument, { after });
  const told = await numbers(stream, subscriberId, 150, async (count) => {
    if (count === 10) product.clock.advance({ minutes: 11 });
    if (count >= 100) await product.app.db.$transaction((tx) => appendEvent(product.app, tx, event));
  });
  expect(told).toEqual(upTo(150));
  expect(proxy.connections).toBeGreaterThan(5);
  expect(seen.refreshes).toBe(1);
  await client.close();
  await proxy.stop();
});

test('streams of one client begin together with an old token: one refresh for all, and each ends when it is left', async () => {
  const { client, seen } = await clientOf('+79160000004', { now: () => 0 });
  const subscriberId = await idOf('+79160000004');
  const orderId = await addOrder(product.app, subscriberId);
  await addEvents(product.app, { subscriberId, orderId, count: 3 });
  product.clock.advance({ minutes: 11 });
  const after = encodeCursor(product.app.secrets, subscriberId, 0);
  const streams = upTo(5).map(() => client.follow(ServiceOrderUpdatedDocument, { after }));
  const told = await Promise.all(streams.map((stream) => numbers(stream, subscriberId, 3)));
  expect(told).toEqual(upTo(5).map(() => [1, 2, 3]));
  expect(seen.refreshes).toBe(1);
  const waiting = client.follow(ServiceOrderUpdatedDocument, {});
  await waiting.next();
  const next = waiting.next();
  await waiting.return!();
  expect(await next).toEqual({ value: undefined, done: true });
});

test('streams that began before their person signed in go on as that person', async () => {
  const tokens = await sessionOf(PHONE);
  const { happen, after } = await lineOf(PHONE);
  const session = { tokens, accessTokenExpiresAt: tokens.accessTokenExpiresAt };
  // A socket that is being made is signed already
  const { sockets, webSocketImpl } = watchedSockets(() => sockets.length === 1 && client.signedIn(session));
  const { client } = await clientOf(PHONE, { tokens: undefined, webSocketImpl });
  const streams = upTo(2).map(() => client.follow(ServiceOrderUpdatedDocument, { after }));
  await happen();
  for (const stream of streams)
    expect((await stream.next()).value).toMatchObject({ serviceOrderUpdated: { state: 'IN_PROGRESS' } });
  expect(sockets).toHaveLength(2);
  await client.close();
});

test('a stream that cannot be gone on with says why, and one whose session is ended ends with it', async () => {
  const { client, seen } = await clientOf('+79160000004');
  const foreign = encodeCursor(product.app.secrets, await idOf(PHONE), 0);
  const refused = await client
    .follow(ServiceOrderUpdatedDocument, { after: foreign })
    .next()
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(OperationError);
  expect((refused as OperationError).code).toBe('BAD_USER_INPUT');
  const stream = client.follow(ServiceOrderUpdatedDocument, {});
  await stream.next();
  const next = expect(stream.next()).rejects.toBeInstanceOf(SignedOut);
  await client.run(SignOutDocument);
  await next;
  expect(seen.kept).toEqual([undefined]);
});

const openStreams = async () => (await streamsOpen.get()).values[0]!.value;

/** What lets something happen on that line, and the place after all that has happened so far. */
async function lineOf(phoneNumber: string) {
  const { db, secrets } = product.app;
  const { id: subscriberId, lastEventSeq } = await db.subscriber.findUniqueOrThrow({
    where: { phoneNumber },
  });
  const order = await db.serviceOrder.findFirst({ where: { subscriberId, serviceCode: 'VOICEMAIL' } });
  const orderId = order?.id ?? (await addOrder(product.app, subscriberId));
  const event = { subscriberId, kind: 'SERVICE_ORDER', orderId, state: 'IN_PROGRESS' } as const;
  const happen = () => db.$transaction((tx) => appendEvent(product.app, tx, event));
  return { happen, after: encodeCursor(secrets, subscriberId, lastEventSeq) };
}

/** A stream that has told one event already, and the way to the server that it takes. */
async function underWay(phoneNumber: string, more: Partial<ClientOptions> = {}) {
  const proxy = await FaultyProxy.to(Number(new URL(product.url).port));
  const { client, seen } = await clientOf(phoneNumber, { url: `http://127.0.0.1:${proxy.port}`, ...more });
  const { happen, after } = await lineOf(phoneNumber);
  const stream = client.follow(ServiceOrderUpdatedDocument, { after });
  await happen();
  await stream.next();
  return { client, seen, proxy, stream, happen };
}

test('a stream that is refused takes the connection from no other', async () => {
  const { client, proxy, stream, happen } = await underWay('+79160000004');
  const foreign = encodeCursor(product.app.secrets, await idOf(PHONE), 0);
  const refused = client.follow(ServiceOrderUpdatedDocument, { after: foreign });
  await expect(refused.next()).rejects.toBeInstanceOf(OperationError);
  proxy.breakAll();
  await happen();
  expect((await stream.next()).value).toMatchObject({ serviceOrderUpdated: { state: 'IN_PROGRESS' } });
  await proxy.stop();
});

test('a session that was ended while the connection was lost ends its streams, also with a token that ran out', async () => {
  const { seen, proxy, stream } = await underWay('+79160000005');
  proxy.way = 'refuse';
  const elsewhere = product.client();
  elsewhere.token = seen.tokens.accessToken;
  await elsewhere.run(SignOutDocument);
  product.clock.advance({ minutes: 11 });
  const next = expect(stream.next()).rejects.toBeInstanceOf(SignedOut);
  proxy.way = 'pass';
  await next;
  expect(seen.kept).toEqual([undefined]);
  await proxy.stop();
});

test('a client without a connection or a good token closes all the same, and its streams end', async () => {
  const { client, seen, proxy, stream } = await underWay('+79160000006');
  product.clock.advance({ minutes: 11 });
  proxy.way = 'refuse';
  await expect.poll(() => seen.refreshes).toBeGreaterThan(2);
  await client.close();
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  await proxy.stop();
});

const HELD_MS = 3_600_000;

/** The pauses of that length, which last until they are told to end. */
function heldPauses(): (() => void)[] {
  const held: (() => void)[] = [];
  const { setTimeout } = globalThis;
  const spy = vi
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation(((then: () => void, ms?: number) =>
      ms === HELD_MS ? held.push(then) : setTimeout(then, ms)) as never);
  onTestFinished(() => spy.mockRestore());
  return held;
}

/** All sockets that a client makes. */
function watchedSockets(onNew: () => void = () => {}) {
  const sockets: WebSocket[] = [];
  class Watched extends WebSocket {
    constructor(...of: ConstructorParameters<typeof WebSocket>) {
      super(...of);
      sockets.push(this);
      onNew();
    }
  }
  return { sockets, webSocketImpl: Watched };
}

test('a client that waits to connect again closes at once, its streams end, and it uses no token after that', async () => {
  const pauses = heldPauses();
  const { sockets, webSocketImpl } = watchedSockets();
  const { client, seen, proxy, stream } = await underWay('+79160000009', {
    webSocketImpl,
    waitBeforeTryMs: () => HELD_MS,
  });
  product.clock.advance({ minutes: 11 });
  proxy.way = 'refuse';
  await expect.poll(() => pauses).toHaveLength(1);
  await client.close();
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  proxy.way = 'pass';
  pauses[0]!();
  await turn();
  expect(seen).toMatchObject({ refreshes: 0, kept: [] });
  expect(sockets).toHaveLength(1);
  await proxy.stop();
});

test('a stream that waits to renew its token ends as soon as its client is closed', async () => {
  const pauses = heldPauses();
  const { client } = await clientOf('+79160000009', {
    waitBeforeTryMs: () => HELD_MS,
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  });
  product.clock.advance({ minutes: 11 });
  const next = client.follow(ServiceOrderUpdatedDocument, {}).next();
  await expect.poll(() => pauses).toHaveLength(1);
  await client.close();
  expect(await next).toEqual({ value: undefined, done: true });
});

test('a connected client that is closed says so to the server', async () => {
  const { sockets, webSocketImpl } = watchedSockets();
  const { client, proxy, stream } = await underWay('+79160000009', { webSocketImpl });
  const codes: number[] = [];
  sockets[0]!.on('close', (code) => codes.push(code));
  await client.close();
  expect(sockets[0]!.readyState).toBe(WebSocket.CLOSING);
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  await expect.poll(() => codes).toEqual([1000]);
  await proxy.stop();
});

test('a quiet stream goes on for as long as its session, on a device whose clock is behind', async () => {
  const now = () => product.clock.now().getTime() - 3_600_000;
  const { seen, proxy, stream, happen } = await underWay('+79160000007', { now });
  const next = stream.next();
  for (const times of [1, 2, 3]) {
    product.clock.advance({ minutes: 11 });
    proxy.breakAll();
    await expect.poll(() => seen.refreshes).toBe(times);
    await expect.poll(openStreams).toBe(1);
  }
  await happen();
  expect((await next).value).toMatchObject({ serviceOrderUpdated: { state: 'IN_PROGRESS' } });
  await proxy.stop();
});

test('the connection is closed after the last stream, also after one that was refused for an old token', async () => {
  const { sockets, webSocketImpl } = watchedSockets();
  const now = () => product.clock.now().getTime() - 3_600_000;
  const { seen, proxy, stream } = await underWay('+79160000007', { now, webSocketImpl });
  product.clock.advance({ minutes: 11 });
  proxy.breakAll();
  await expect.poll(() => seen.refreshes).toBe(1);
  await expect.poll(openStreams).toBe(1);
  await stream.return!();
  await expect.poll(() => sockets.every(({ readyState }) => readyState === WebSocket.CLOSED)).toBe(true);
  await proxy.stop();
});

test('a stream whose token ran out waits for the network to renew it, with growing pauses', async () => {
  const pauses: number[] = [];
  let isAway = true;
  const { happen, after } = await lineOf('+79160000008');
  // Connected each time, and refused: graphql-ws does not pause then
  const { client } = await clientOf('+79160000008', {
    waitBeforeTryMs: (tries) => {
      pauses.push(tries);
      return 10;
    },
    fetch: (url, init) => (isAway ? Promise.reject(new TypeError('fetch failed')) : fetch(url, init)),
  });
  product.clock.advance({ minutes: 11 });
  const next = client.follow(ServiceOrderUpdatedDocument, { after }).next();
  await expect.poll(() => pauses.length).toBeGreaterThan(2);
  expect(pauses.slice(0, 3)).toEqual([0, 1, 2]);
  isAway = false;
  await happen();
  expect((await next).value).toMatchObject({ serviceOrderUpdated: { state: 'IN_PROGRESS' } });
  await client.close();
});

test('a token that grew old while the connection was lost is renewed once more', async () => {
  const { seen, proxy, stream, happen } = await underWay('+79160000003', {
    now: () => product.clock.now().getTime() - 3_600_000,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const body = await response.text();
      if (seen.kept.length === 0) proxy.way = 'refuse';
      return new Response(body, response);
    },
  });
  product.clock.advance({ minutes: 11 });
  proxy.breakAll();
  await expect.poll(() => seen.kept).toHaveLength(1);
  product.clock.advance({ minutes: 11 });
  proxy.way = 'pass';
  await happen();
  expect((await stream.next()).value).toMatchObject({ serviceOrderUpdated: { state: 'IN_PROGRESS' } });
  expect(seen.kept).toHaveLength(2);
  await proxy.stop();
});

test('a token that is refused as soon as it was given ends the stream', async () => {
  const { proxy, stream } = await underWay('+79160000003', {
    now: () => product.clock.now().getTime() - 3_600_000,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      // The answer takes longer than the token lives
      if (refreshes(init)) product.clock.advance({ minutes: 11 });
      return response;
    },
  });
  product.clock.advance({ minutes: 11 });
  proxy.breakAll();
  await expect(stream.next()).rejects.toMatchObject({ code: 4401 });
  await proxy.stop();
});
