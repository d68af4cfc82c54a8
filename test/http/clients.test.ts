import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

const PHONE = '+79160000001';
const ME = '{ me { id fullName phoneNumber tariff { id code } } }';
const ORDER = `mutation ($key: ID!, $code: String!) {
  activateService(input: { serviceCode: $code, idempotencyKey: $key }) {
    __typename ... on ServiceOrderAccepted { order { id state } }
  }
}`;
const END = `mutation ($key: ID!, $code: String!) {
  deactivateService(input: { serviceCode: $code, idempotencyKey: $key }) { __typename }
}`;
const FOLLOW = `subscription ($orderId: ID, $after: String) {
  serviceOrderUpdated(orderId: $orderId, after: $after) { cursor state order { id state } }
}`;
const CODE = 'VOICEMAIL';

let product: Running;
let authorization: string;
let socket: SocketClient;
let turn = 0;
beforeAll(async () => {
  product = await startProduct();
  authorization = `Bearer ${await openSession(product.app, PHONE)}`;
  socket = createSocketClient({
    url: `${product.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
});
afterAll(async () => {
  await socket.dispose();
  await product.stop();
});
/** A key for each wish. */
const key = () => `wish-${turn++}`;
const hold = (held: boolean) => product.app.devTools.network.steer({ hold: held });
// Each test orders the service anew, and what it orders is not done before the test says so
beforeEach(async () => {
  await unorder();
  hold(true);
});

async function unorder(): Promise<void> {
  hold(false);
  const client = Object.assign(product.client('en'), { token: authorization.slice('Bearer '.length) });
  const status = async () =>
    (await client.query(`{ me { service(code: "${CODE}") { status } } }`)).data.me.service.status;
  if ((await status()) === 'NOT_CONNECTED') return;
  await client.query(END, { key: key(), code: CODE });
  await expect.poll(status).toBe('NOT_CONNECTED');
}

interface Told {
  cursor: string;
  state: string;
}
/** Follows from a cursor on until the stream ends, or until the listener has heard enough. */
type Follow = (after: string | undefined, hear: (told: Told) => 'enough' | 'more') => Promise<void>;

/** Follows an order to its first event, goes away, and comes back with that cursor: nothing is missing or told twice. */
async function followInTwoParts(follow: Follow): Promise<void> {
  const told: Told[] = [];
  await follow(undefined, (event) => {
    // More may be on its way to one who leaves
    if (!told.length) told.push(event);
    return 'enough';
  });
  expect(told.map(({ state }) => state)).not.toContain('COMPLETED');
  hold(false);
  await follow(told[0]!.cursor, (event) => (told.push(event), 'more'));
  expect(told.at(-1)!.state).toBe('COMPLETED');
  const states = told.map(({ state }) => state);
  expect(states).toEqual(['ACKNOWLEDGED', 'IN_PROGRESS', 'COMPLETED'].slice(-states.length));
}

describe('Apollo Client 4, as it comes', () => {
  const http = () => new HttpLink({ uri: `${product.url}/graphql`, headers: { authorization } });
  const clientOver = (link: ConstructorParameters<typeof ApolloClient>[0]['link']) =>
    new ApolloClient({ link, cache: new InMemoryCache() });

  test('reads into its cache, orders, and follows the order over its WebSocket link, going on by its cursor', async () => {
    const client = clientOver(http());
    const { data } = await client.query<any>({ query: gql(ME) });
    expect(data.me.phoneNumber).toBe(PHONE);
    expect(client.readQuery<any>({ query: gql(ME) })?.me.tariff.code).toBe('SMART');
    const ordered = await client.mutate<any>({ mutation: gql(ORDER), variables: { key: key(), code: CODE } });
    const { order } = ordered.data.activateService;
    const live = clientOver(new GraphQLWsLink(socket));
    await followInTwoParts(
      (after, hear) =>
        new Promise((resolve, reject) => {
          const reading = live
            .subscribe<any>({ query: gql(FOLLOW), variables: { orderId: order.id, after } })
            .subscribe({
              next: ({ data: event }) => {
                if (hear(event.serviceOrderUpdated) === 'more') return;
                resolve();
                queueMicrotask(() => reading.unsubscribe());
              },
              error: reject,
              complete: resolve,
            });
        }),
    );
  });

  test('sees a refusal as an error with its code', async () => {
    const client = clientOver(new HttpLink({ uri: `${product.url}/graphql` }));
    await expect(
      client.mutate({ mutation: gql(ORDER), variables: { key: key(), code: CODE } }),
    ).rejects.toSatisfy(
      (error: unknown) => JSON.stringify(error).includes('UNAUTHENTICATED') || /401/.test(String(error)),
    );
  });

  test('its automatic persisted queries fall back to the text where nothing is registered', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const client = clientOver(new PersistedQueryLink({ sha256 }).concat(http()));
    expect((await client.query<any>({ query: gql(ME) })).data.me.phoneNumber).toBe(PHONE);
  });
});

describe('urql, as it comes', () => {
  const clientWith = (options: Partial<ConstructorParameters<typeof UrqlClient>[0]>) =>
    new UrqlClient({
      url: `${product.url}/graphql`,
      preferGetMethod: false,
      fetchOptions: { headers: { authorization } },
      exchanges: [fetchExchange],
      ...options,
    });
  const follow =
    (client: UrqlClient, orderId: string): Follow =>
    (after, hear) =>
      new Promise((resolve, reject) => {
        const reading = client.subscription(FOLLOW, { orderId, after }).subscribe(({ data, error }) => {
          if (error) return reject(error);
          const told: Told = data.serviceOrderUpdated;
          if (hear(told) === 'more' && told.state !== 'COMPLETED') return;
          resolve();
          // Once urql has gone on to wait for the next: a stream that is left while it hands one over breaks inside of urql
          setImmediate(() => reading.unsubscribe());
        });
      });

  test.each([
    ['SSE', { fetchSubscriptions: true }],
    [
      'WebSocket',
      {
        exchanges: [
          fetchExchange,
          subscriptionExchange({
            forwardSubscription: ({ query = '', variables }) => ({
              subscribe: (sink) => ({
                unsubscribe: socket.subscribe({ query, variables: variables as never }, sink as never),
              }),
            }),
          }),
        ],
      },
    ],
  ])('reads, orders, and follows the order over %s, going on by its cursor', async (_name, options) => {
    const client = clientWith(options);
    const { data, error } = await client.query(ME, {}).toPromise();
    expect([error, data.me.phoneNumber]).toEqual([undefined, PHONE]);
    const ordered = await client.mutation(ORDER, { key: key(), code: CODE }).toPromise();
    await followInTwoParts(follow(client, ordered.data.activateService.order.id));
  });
});

describe('graphql-ws, as it comes', () => {
  test('reads and orders over its socket, and goes on by its cursor after it broke off', async () => {
    const run = async (query: string, variables?: Record<string, unknown>): Promise<any> => {
      for await (const { data } of socket.iterate({ query, variables: variables ?? {} })) return data;
      throw new Error('nothing came');
    };
    expect((await run(ME)).me.phoneNumber).toBe(PHONE);
    const { order } = (await run(ORDER, { key: key(), code: CODE })).activateService;
    await followInTwoParts(async (after, hear) => {
      for await (const { data } of socket.iterate<any>({
        query: FOLLOW,
        variables: { orderId: order.id, after },
      }))
        if (hear(data!.serviceOrderUpdated) === 'enough') return socket.terminate();
    });
  });
});
