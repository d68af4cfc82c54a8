import { afterAll, beforeAll, expect, test } from 'vitest';
import { LinesDocument, ServiceOrdersDocument } from '../../src/generated/operations.ts';
import { devStaffToken } from '../../src/staff/tokens.ts';
import type { Client } from '../support/client.ts';
import { freshLine, newLine } from '../support/lines.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

/** Nothing looks by itself meanwhile: every statement is a request's. */
const HOUR_MS = 3_600_000;

let product: Running;
let staff: Client;
beforeAll(async () => {
  product = await startProduct({ lookAgainMs: HOUR_MS, works: false });
  staff = product.client();
  staff.token = await devStaffToken(product.app, ['support']);
  await addLines(60);
});
afterAll(() => product.stop());

/** Lines with three services and four orders each. */
async function addLines(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await product.app.db.subscriber.create({
      data: {
        ...freshLine(),
        fullName: `Line ${i}`,
        tariffCode: i % 2 ? 'SMART' : 'SUPER_ZERO',
        services: {
          create: ['CALLER_ID', 'WEATHER', 'ROAMING'].map((serviceCode) => ({
            serviceCode,
            activeSince: new Date(),
          })),
        },
        serviceOrders: {
          create: ['CALLER_ID', 'WEATHER', 'ROAMING', 'VOICEMAIL'].map((serviceCode) => ({
            kind: 'ACTIVATE' as const,
            serviceCode,
            state: 'COMPLETED' as const,
            channel: 'SELF_CARE' as const,
            fee: 0n,
            language: 'ru' as const,
            createdAt: new Date(),
            finishedAt: new Date(),
          })),
        },
      },
    });
  }
}

/** How many SQL statements a piece of work takes. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  product.statements();
  await work();
  // What staff have seen is written down a moment later, whatever runs then
  return product.statements().filter((sql) => !sql.includes('staff_reads')).length;
}

test('a list of lines with tariff, services and orders takes as many statements for 50 lines as for 2', async () => {
  const read = (first: number) => () => staff.run(LinesDocument, { first });
  const few = await statementsOf(read(2));
  const many = await statementsOf(read(50));
  expect(many).toBe(few);
  expect(many).toBeLessThanOrEqual(6);
  const { subscribers } = await staff.run(LinesDocument, { first: 50 });
  expect(subscribers.edges).toHaveLength(50);
  expect(subscribers.totalCount).toBe(69);
  const line = subscribers.edges.find(({ node }) => node.fullName === 'Line 3')!.node;
  expect(line.tariff.code).toBe('SMART');
  expect(line.services.edges.map(({ node }) => node.service.code)).toEqual([
    'CALLER_ID',
    'ROAMING',
    'WEATHER',
  ]);
  expect(line.serviceOrders.edges).toHaveLength(3);
});

test('nodes takes as many statements for 40 ids as for 2, of three types at once', async () => {
  const { subscribers } = await staff.run(LinesDocument, { first: 40 });
  const lines = subscribers.edges
    .map(({ node }) => node)
    .filter(({ fullName }) => fullName.startsWith('Line'));
  const idsOf = (count: number) =>
    lines
      .slice(0, count)
      .flatMap((line) => [
        line.id,
        line.serviceOrders.edges[0]!.node.id,
        Buffer.from(
          `SubscriberService:${Buffer.from(line.id, 'base64').toString().replace('Subscriber:', '')}/WEATHER`,
        ).toString('base64'),
      ]);
  const read = (ids: string[]) =>
    staff.query(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on Subscriber { fullName tariff { name } }
        ... on ServiceOrder { state subscriber { fullName } subscriberService { status } }
        ... on SubscriberService { status service { name } } } }`,
      { ids },
    );
  const few = await statementsOf(() => read(idsOf(2)));
  const many = await statementsOf(() => read(idsOf(25)));
  expect(many).toBe(few);
  const answer = await read(idsOf(25));
  expect(answer.errors).toBeUndefined();
  expect(answer.data.nodes).toHaveLength(75);
  expect(answer.data.nodes[2]).toMatchObject({ __typename: 'SubscriberService', status: 'ACTIVE' });
  expect(answer.data.nodes.every((node: unknown) => node !== null)).toBe(true);
});

test('the order that stands in the way of many services is read once', async () => {
  const { phoneNumber, id } = await newLine(product.app.db);
  await product.app.db.tariffChange.create({
    data: {
      subscriberId: id,
      fromTariffCode: 'SMART',
      toTariffCode: 'TALK',
      fee: 0n,
      language: 'ru',
      createdAt: new Date(),
    },
  });
  const client = product.client();
  client.token = await openSession(product.app, phoneNumber);
  const text = (first: number) =>
    `{ me { services(first: ${first}) { edges { node { actions { refusal { __typename
      ... on OrderInProgress { order { __typename ... on TariffChange { id } } } } } } } } } }`;
  const few = await statementsOf(() => client.query(text(2)));
  const many = await statementsOf(() => client.query(text(30)));
  expect(many).toBe(few);
  const answer = await client.query(text(30));
  expect(JSON.stringify(answer).match(/"__typename":"TariffChange"/g)!.length).toBeGreaterThan(30);
});

test('orders with their services take as many statements for four as for one', async () => {
  const { id } = (await product.app.db.subscriber.findFirst({ where: { fullName: 'Line 7' } }))!;
  const client = product.client();
  const session = await product.app.db.session.create({
    data: {
      subscriberId: id,
      createdAt: new Date(),
      lastSeenAt: new Date(),
      expiresAt: new Date(Date.now() + 60_000),
    },
  });
  const { issueTokens } = await import('../../src/sign-in/tokens.ts');
  client.token = (await issueTokens(product.app, { ...session, generation: 0, device: 'd' })).accessToken;
  const few = await statementsOf(() => client.run(ServiceOrdersDocument, { first: 1 }));
  const many = await statementsOf(() => client.run(ServiceOrdersDocument, { first: 4 }));
  expect(many).toBe(few);
  const { me } = await client.run(ServiceOrdersDocument, {});
  expect(me!.serviceOrders.edges.map(({ node }) => node.subscriberService.status)).toEqual([
    'NOT_CONNECTED',
    'ACTIVE',
    'ACTIVE',
    'ACTIVE',
  ]);
});

test('a dashboard that was asked for before takes one statement, the look at its session in it', async () => {
  const client = product.client();
  client.token = await openSession(product.app, '+79160000001');
  const dashboard = `{ me { fullName balance { amount } tariff { name }
    services(first: 10, filter: { status: [ACTIVE] }) { edges { node { status service { code } } } }
    detailOrders(first: 3) { edges { node { state } } } } }`;
  expect(await statementsOf(() => client.query(dashboard))).toBe(2);
  expect(await statementsOf(() => client.query(dashboard))).toBe(1);
});

test('the catalogue is read from memory', async () => {
  expect(
    await statementsOf(() =>
      product
        .client()
        .query(
          '{ services { edges { node { name requires { name } } } } tariffs { edges { node { name rates { unit } } } } }',
        ),
    ),
  ).toBe(0);
});
