import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AccountDocument,
  ActivateServiceDocument,
  CancelServiceOrderDocument,
  ServiceOrderUpdatedDocument,
} from '../../src/generated/operations.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
let owner: Client;
let stranger: Client;
/** Ids of the owner's: the line, an order, a service on the line. */
let ids: string[];
beforeAll(async () => {
  product = await startProduct();
  [owner, stranger] = [product.client('en'), product.client('en')];
  await owner.signIn('+79160000001');
  await stranger.signIn('+79160000008');
  product.app.devTools.network.steer({ hold: true });
  const { activateService } = await owner.run(ActivateServiceDocument, {
    input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'k' },
  });
  if (activateService.__typename !== 'ServiceOrderAccepted') throw new Error(activateService.__typename);
  const { data } = await owner.query('{ me { id service(code: "WEATHER") { id } } }');
  ids = [data.me.id, activateService.order.id, data.me.service.id];
});
afterAll(() => product.stop());

const nodes = async (client: Client) =>
  (await client.query('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', { ids })).data.nodes;

test('what is one’s own is found by its id', async () => {
  expect(await nodes(owner)).toEqual([
    { __typename: 'Subscriber' },
    { __typename: 'ServiceOrder' },
    { __typename: 'SubscriberService' },
  ]);
});

test('somebody else’s is as if it were not there, for strangers and guests', async () => {
  expect(await nodes(stranger)).toEqual([null, null, null]);
  expect(await nodes(product.client())).toEqual([null, null, null]);
  const single = await stranger.query('query ($id: ID!) { node(id: $id) { id } }', { id: ids[1] });
  expect(single.data).toEqual({ node: null });
  const cancelled = await stranger.run(CancelServiceOrderDocument, { input: { orderId: ids[1]! } });
  expect(cancelled.cancelServiceOrder).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
});

test('nobody follows somebody else’s order, or goes on from somebody else’s cursor', async () => {
  const { me } = await owner.run(AccountDocument);
  for (const transport of ['overWebSocket', 'overSse'] as const) {
    await expect(
      stranger[transport](ServiceOrderUpdatedDocument, { orderId: ids[1]! }).next(),
    ).rejects.toThrow(/NOT_FOUND|404/);
    await expect(
      stranger[transport](ServiceOrderUpdatedDocument, { after: me!.streamCursor }).next(),
    ).rejects.toThrow(/BAD_USER_INPUT|400/);
    await expect(product.client()[transport](ServiceOrderUpdatedDocument, {}).next()).rejects.toThrow(
      /UNAUTHENTICATED|401/,
    );
  }
});

test('ids that never were ours are null or BAD_USER_INPUT, never an error of ours', async () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  for (const id of [
    'Subscriber:1',
    'ServiceOrder:x/y',
    'SubscriberService:/',
    'Nothing:1',
    `constructor:${Buffer.from(ids[0]!, 'base64').toString().replace('Subscriber:', '')}`,
    'Service:NONE',
    `Subscriber:${'x'.repeat(5_000)}`,
  ]) {
    const answer = await owner.query('query ($id: ID!) { node(id: $id) { id } }', { id: encode(id) });
    if (answer.errors) expect(answer.errors[0]!.extensions.code).toBe('BAD_USER_INPUT');
    else expect(answer.data).toEqual({ node: null });
  }
  for (const id of ['', 'x', '%%%']) {
    const answer = await owner.query('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('one id that leads nowhere spoils no others', async () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const line = Buffer.from(ids[0]!, 'base64').toString().replace('Subscriber:', '');
  const absent = ['Service:NONE', `ServiceOrder:${line}/${line}`, `SubscriberService:${line}/NONE`].map(
    encode,
  );
  const { data, errors } = await owner.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [absent[0], ids[0], ...absent.slice(1), encode('Service:WEATHER')],
  });
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([null, { id: ids[0] }, null, null, { id: encode('Service:WEATHER') }]);
});

test('ids and cursors of one’s own making end in an answer, not in an error of ours', async () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const line = Buffer.from(ids[0]!, 'base64').toString().replace('Subscriber:', '');
  for (const orderId of [`ServiceOrder:${line}/zzz`, `ServiceOrder:${line}/${line}`].map(encode)) {
    const { cancelServiceOrder } = await owner.run(CancelServiceOrderDocument, { input: { orderId } });
    expect(cancelServiceOrder.__typename).toBe('NotFound');
    await expect(owner.overWebSocket(ServiceOrderUpdatedDocument, { orderId }).next()).rejects.toThrow(
      'NOT_FOUND',
    );
  }
  for (const after of [encode('GPC:J:["x","y"]'), encode('GPC:S:x'), 'x']) {
    const answer = await owner.query(
      'query ($after: String) { me { serviceOrders(after: $after) { totalCount edges { cursor } } } }',
      { after },
    );
    expect(answer.errors?.[0]!.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('a subscription wants a stream', async () => {
  const answer = await owner.query('subscription { serviceOrderUpdated { state } }');
  expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('support sees a line, but neither its menu nor its cursor', async () => {
  const staff = product.client('en');
  staff.token = await devStaffToken(product.app, ['support']);
  expect(await nodes(staff)).toEqual(await nodes(owner));
  const answer = await staff.query('{ subscriber(phoneNumber: "+79160000001") { fullName streamCursor } }');
  expect(answer.errors![0]!.extensions.code).toBe('FORBIDDEN');
  expect((await staff.query('{ me { id } identity { kind name roles } }')).data).toEqual({
    me: null,
    identity: { kind: 'STAFF', name: 'Developer', roles: ['support'] },
  });
  staff.token = await devStaffToken(product.app, ['accounting']);
  expect(await nodes(staff)).toEqual([null, null, null]);
  expect((await staff.query('{ subscribers { totalCount } }')).errors![0]!.extensions.code).toBe('FORBIDDEN');
});
