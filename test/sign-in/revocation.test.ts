import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  ActivateServiceDocument,
  ChangePasswordDocument,
  RefreshSessionDocument,
  RevokeDocument,
  ServiceOrderUpdatedDocument,
  SessionsDocument,
  SignOutDocument,
} from '../../src/generated/operations.ts';
import { lockLine } from '../../src/orders/lock-line.ts';
import { endSessions } from '../../src/sign-in/sessions.ts';
import { all, type Client } from '../support/client.ts';
import { globalId } from '../support/global-id.ts';
import { newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000001';
const BYSTANDER = '+79160000008';
const HOUR_MS = 3_600_000;
let product: Running;
/** What a second process would be: on the same database, with a listener of its own. */
let other: Running;
beforeAll(async () => {
  // Nobody looks by themselves while these tests run: what is closed was closed by the wake-up alone
  product = await startProduct({
    settings: { SMS_PER_10_MINUTES: '1000', SMS_PER_DAY: '1000' },
    lookAgainMs: HOUR_MS,
  });
  other = await product.beside();
  // Orders that stay open, so that each stream has something to begin with
  product.app.devTools.network.steer({ hold: true });
  for (const phoneNumber of [PHONE, BYSTANDER]) {
    const client = product.client();
    await client.signIn(phoneNumber);
    const input = { serviceCode: 'ANTISPAM', idempotencyKey: 'k' };
    const { activateService } = await client.run(ActivateServiceDocument, { input });
    expect(activateService.__typename).toBe('ServiceOrderAccepted');
  }
  const inProgress = { where: { state: 'IN_PROGRESS' as const } };
  await vi.waitUntil(async () => (await product.app.db.serviceOrder.count(inProgress)) === 2, 15_000);
});
afterAll(async () => {
  await other.stop();
  await product.stop();
});

/** Signs in with the standing password, as a client of its own. */
async function another(password: string, name?: string, where = product): Promise<Client> {
  const client = where.client('en');
  const { tokens } = await client.trySignIn(PHONE, password, name ? { client: name } : {});
  client.token = tokens.accessToken;
  return client;
}

const ME = '{ me { id } }';
const STREAM = 'subscription { serviceOrderUpdated { order { service { code } } } }';
const OPEN = { serviceOrderUpdated: { order: { service: { code: 'ANTISPAM' } } } };
const stillIn = async (client: Client) => (await client.query(ME)).status === 200;

type End = (victim: Client, boss: Client, password: string) => Promise<unknown>;
const ENDS: [name: string, end: End][] = [
  ['signOut', (victim) => victim.run(SignOutDocument)],
  ['signOut(everywhere) elsewhere', (_victim, boss) => boss.run(SignOutDocument, { everywhere: true })],
  [
    'a password change elsewhere',
    (_victim, boss, currentPassword) =>
      boss.run(ChangePasswordDocument, {
        input: { currentPassword, newPassword: 'a long and lonely whale' },
      }),
  ],
  [
    'revoke elsewhere',
    async (_victim, boss) => {
      const { me } = await boss.run(SessionsDocument);
      const { id } = me!.sessions.find(({ client }) => client === 'victim')!;
      expect(await boss.run(RevokeDocument, { id })).toMatchObject({ revoke: { __typename: 'Revoked', id } });
    },
  ],
  [
    'the first use of a new SMS password',
    async () => {
      product.clock.advance({ seconds: 61 });
      const stranger = product.client();
      const { password } = await stranger.receivePassword(PHONE);
      expect((await stranger.trySignIn(PHONE, password)).__typename).toBe('SignedIn');
    },
  ],
];

const processOf = { 'the same': () => product, another: () => other };
describe.each(['the same', 'another'] as const)('whatever ends a session, in %s process', (process) => {
  test.each(ENDS)('%s closes all that it has open, by the wake-up alone', async (_name, end) => {
    product.clock.advance({ seconds: 61 });
    const boss = product.client('en');
    const password = await boss.signIn(PHONE);
    const victim = await another(password, 'victim', processOf[process]());
    const bystander = processOf[process]().client();
    await bystander.signIn(BYSTANDER);

    // A socket with a running stream, one that idles, one of somebody else, and a stream over SSE
    const closings: number[] = [];
    const socket = victim.openSocket(({ code }) => closings.push(code));
    const stream = socket.iterate({ query: STREAM });
    expect((await stream.next()).value?.data).toEqual(OPEN);
    const streamed = stream.next();
    streamed.catch(() => {});
    const { url, token } = victim;
    const idle = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(idle, 'open');
    idle.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await once(idle, 'message');
    const idleClosed = once(idle, 'close');
    const sse = victim.overSse(ServiceOrderUpdatedDocument, {});
    expect((await sse.next()).done).toBe(false);
    const overSse = sse.next();
    overSse.catch(() => {});
    const theirs = bystander.openSocket();
    const undisturbed = theirs.iterate({ query: STREAM });
    expect((await undisturbed.next()).value?.data).toEqual(OPEN);
    let disturbed = false;
    undisturbed.next().then(
      () => (disturbed = true),
      () => (disturbed = true),
    );
    expect(await stillIn(victim)).toBe(true);

    await end(victim, boss, password);
    const [code] = (await idleClosed) as [number];
    await expect(streamed).rejects.toMatchObject({ code: 4401 });
    await expect(overSse).rejects.toThrow('UNAUTHENTICATED');
    await expect.poll(() => closings).toEqual([4401]);
    expect(code).toBe(4401);
    expect(await stillIn(victim)).toBe(false);
    expect((await victim.query('{ identity { kind } }')).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    await expect(victim.overWebSocket(ServiceOrderUpdatedDocument, {}).next()).rejects.toMatchObject({
      code: 4401,
    });
    expect(disturbed).toBe(false);
    expect(await stillIn(bystander)).toBe(true);
    await theirs.dispose();
  });

  test.each(ENDS)(
    '%s: a new operation on a socket that is open still is refused, as over HTTP',
    async (_name, end) => {
      product.clock.advance({ seconds: 61 });
      const boss = product.client('en');
      const password = await boss.signIn(PHONE);
      const place = processOf[process]();
      const victim = await another(password, 'victim', place);
      // As in the moment before the wake-up comes
      const unwatched = vi.spyOn(place.app.sessionWatch, 'watch').mockReturnValue(() => {});
      const socket = victim.openSocket();
      const ask = async () => {
        for await (const result of socket.iterate({ query: ME })) return result;
        return undefined;
      };
      expect((await ask())?.data).toMatchObject({ me: { id: expect.any(String) } });
      await end(victim, boss, password);
      await expect(ask()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(await stillIn(victim)).toBe(false);
      unwatched.mockRestore();
      await socket.dispose();
    },
  );
});

describe('what a session has open', () => {
  test('ends where a stream has had nothing to tell, too', async () => {
    const client = product.client();
    await client.signIn('+79160000002');
    const begun = () => product.statements().some((sql) => sql.includes('last_event_seq'));
    begun();
    const overSse = client.overSse(ServiceOrderUpdatedDocument, {}).next();
    overSse.catch(() => {});
    await expect.poll(begun).toBe(true);
    const overWebSocket = client.overWebSocket(ServiceOrderUpdatedDocument, {}).next();
    overWebSocket.catch(() => {});
    await expect.poll(begun).toBe(true);
    await client.run(SignOutDocument);
    await expect(overWebSocket).rejects.toMatchObject({ code: 4401 });
    await expect(overSse).rejects.toThrow('UNAUTHENTICATED');
  });

  test('is closed when the session runs out, by the look that is taken now and then', async () => {
    const looking = await startProduct({ lookAgainMs: 1_000 });
    const client = looking.client();
    await client.signIn(PHONE);
    looking.app.devTools.network.steer({ hold: true });
    await client.run(ActivateServiceDocument, { input: { serviceCode: 'ANTISPAM', idempotencyKey: 'k' } });
    const closings: number[] = [];
    const socket = client.openSocket(({ code }) => closings.push(code));
    const stream = socket.iterate({ query: STREAM });
    expect((await stream.next()).value?.data).toEqual(OPEN);
    looking.clock.advance({ days: 8 });
    await expect(all(stream)).rejects.toMatchObject({ code: 4401 });
    expect(closings).toEqual([4401]);
    await looking.stop();
  });
});

test('a socket outlives the access token that opened it, as long as the session lives', async () => {
  product.clock.advance({ seconds: 61 });
  const client = product.client();
  await client.signIn(PHONE);
  const socket = client.openSocket();
  const ask = async () => {
    for await (const result of socket.iterate({ query: ME })) return result;
    return undefined;
  };
  expect((await ask())?.data).toMatchObject({ me: { id: expect.any(String) } });
  product.clock.advance({ minutes: 11 });
  expect(await stillIn(client)).toBe(false);
  expect((await ask())?.data).toMatchObject({ me: { id: expect.any(String) } });
  await socket.dispose();
});

test('an order that waits behind the end of its session is not placed', async () => {
  const { app } = product;
  const { id: subscriberId, phoneNumber } = await newLine(app.db);
  const thief = product.client();
  thief.token = await openSession(app, phoneNumber);
  // Of this database: others' tests wait for locks of their own
  const waiting = `SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  const LONG = { timeout: 60_000 };
  const placing = await app.db.$transaction(async (tx) => {
    await lockLine(tx, subscriberId);
    const input = { serviceCode: 'ANTISPAM', idempotencyKey: 'k' };
    const placed = thief.query(
      'mutation ($input: ServiceOrderInput!) { activateService(input: $input) { __typename } }',
      { input },
    );
    await vi.waitUntil(async () => {
      const [row] = await app.db.$queryRawUnsafe<{ waiting: number }[]>(waiting);
      return row!.waiting > 0;
    }, LONG);
    await endSessions(app, tx, { subscriberId });
    return { placed };
  }, LONG);
  const { errors } = await placing.placed;
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await app.db.serviceOrder.count({ where: { subscriberId } })).toBe(0);
});

describe('the list of sessions', () => {
  test('shows the live ones, the latest in use first, and which one asks', async () => {
    product.clock.advance({ days: 91 });
    const boss = product.client('en');
    const password = await boss.signIn(PHONE);
    product.clock.advance({ minutes: 1 });
    const tablet = await another(password, 'Tablet');
    product.clock.advance({ minutes: 1 });
    const { tokens } = await boss.trySignIn(PHONE, password, { client: 'Chrome on a laptop' });
    product.clock.advance({ minutes: 1 });
    await boss.run(RefreshSessionDocument, { input: { refreshToken: tokens.refreshToken } });
    const { me } = await tablet.run(SessionsDocument);
    expect(me!.sessions.map(({ client, current }) => [client, current])).toEqual([
      ['Chrome on a laptop', false],
      ['Tablet', true],
      [null, false],
    ]);
    expect(Date.parse(me!.sessions[0]!.lastSeenAt)).toBeGreaterThan(Date.parse(me!.sessions[0]!.createdAt));
    const node = await tablet.query('query ($id: ID!) { node(id: $id) { ... on Session { client } } }', {
      id: me!.sessions[1]!.id,
    });
    expect(node.data).toEqual({ node: { client: 'Tablet' } });
  });

  test('nobody ends, or sees, another’s session; one that has ended is not found', async () => {
    product.clock.advance({ seconds: 61 });
    const owner = product.client('en');
    const password = await owner.signIn(PHONE);
    const stranger = product.client('en');
    await stranger.signIn('+79160000008');
    const { me } = await owner.run(SessionsDocument);
    const { id } = me!.sessions[0]!;
    const notFound = { revoke: { __typename: 'NotFound', code: 'NOT_FOUND', message: 'Not found.' } };
    expect(await stranger.run(RevokeDocument, { id })).toMatchObject(notFound);
    expect((await stranger.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: null,
    });
    expect(
      (await stranger.query('query ($id: ID!) { node(id: $id) { id } }', { id })).errors,
    ).toBeUndefined();
    expect(
      (await product.client().query('mutation ($id: ID!) { revoke(id: $id) { __typename } }', { id })).status,
    ).toBe(401);
    const second = await another(password);
    expect(await second.run(RevokeDocument, { id })).toMatchObject({ revoke: { __typename: 'Revoked', id } });
    expect(await second.run(RevokeDocument, { id })).toMatchObject(notFound);
    expect(await stillIn(owner)).toBe(false);
    for (const strange of [me!.id, globalId('Session', 'x'), globalId('Session', '', '')])
      expect(await second.run(RevokeDocument, { id: strange })).toMatchObject(notFound);
  });

  test('whatever its use, a session ends after ninety days', async () => {
    product.clock.advance({ seconds: 61 });
    const client = product.client();
    const { password } = await client.receivePassword(PHONE);
    let { tokens } = await client.trySignIn(PHONE, password);
    for (let day = 0; day < 84; day += 6) {
      product.clock.advance({ days: 6 });
      const { refreshSession } = await client.run(RefreshSessionDocument, {
        input: { refreshToken: tokens.refreshToken },
      });
      if (refreshSession.__typename !== 'SignedIn') throw new Error(`day ${day}`);
      tokens = refreshSession.tokens;
    }
    product.clock.advance({ days: 6, seconds: 1 });
    const { refreshSession } = await client.run(RefreshSessionDocument, {
      input: { refreshToken: tokens.refreshToken },
    });
    expect(refreshSession.__typename).toBe('SessionExpired');
  });
});
