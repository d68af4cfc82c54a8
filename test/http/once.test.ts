import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CATALOGUE_TOPIC } from '../../src/catalogue/source.ts';
import { jsonTypeFor } from '../../src/http/once.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openSession } from '../support/session.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false, lookAgainMs: 3_600_000 });
});
afterAll(() => product.stop());

test.each([
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['application/json, application/graphql-response+json', 'application/json'],
  ['text/html, application/*', 'application/json'],
  [
    'application/json; charset=utf-16, application/graphql-response+json',
    'application/graphql-response+json',
  ],
  ['text/event-stream', undefined],
])('a client that accepts %s gets %s', (accept, type) => {
  expect(jsonTypeFor(accept)).toBe(type);
});

test('an answer has the type that was accepted, the status that its errors ask for, and no word of that in it', async () => {
  const ask = (query: string, accept: string) =>
    fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    });
  const fine = await ask('{ me { id } }', 'application/graphql-response+json');
  expect(fine.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
  expect([fine.status, await fine.json()]).toEqual([200, { data: { me: null } }]);
  const refused = await ask(
    '{ subscribers { totalCount } services(first: 1) { totalCount } }',
    'application/json',
  );
  const { errors } = (await refused.json()) as { errors: { extensions: object }[] };
  expect(refused.status).toBe(401);
  expect(errors[0]!.extensions).toEqual({ code: 'UNAUTHENTICATED' });
});

describe('an answer about the catalogue that is kept', () => {
  const NAMES = '{ services(first: 3) { edges { node { code name } } } tariffs(first: 1) { totalCount } }';

  test('is the one that was executed, in each language, for each of the variables', async () => {
    const [ru, en] = [product.client('ru'), product.client('en')];
    const first = [await ru.query(NAMES), await en.query(NAMES)].map(({ data }) => data);
    expect(first[0]).not.toEqual(first[1]);
    const again = [await ru.query(NAMES), await en.query(NAMES)].map(({ data }) => data);
    expect(again).toEqual(first);
    const some = 'query ($first: Int) { services(first: $first) { edges { node { code } } } }';
    for (const size of [1, 2, 1, 2])
      expect((await ru.query(some, { first: size })).data.services.edges).toHaveLength(size);
  });

  test('is made anew when the catalogue is another', async () => {
    const client = product.client('en');
    const [old] = (await client.query(NAMES)).data.services.edges;
    const { db, wakeUps } = product.app;
    await db.service.update({ where: { code: old.node.code }, data: { name: { ru: 'Новое', en: 'New' } } });
    await db.$transaction((tx) => wakeUps.notify(tx, CATALOGUE_TOPIC));
    await vi.waitUntil(
      async () => (await client.query(NAMES)).data.services.edges[0].node.name === 'New',
      20_000,
    );
  });

  test('is not given to who shows a credential that is bad', async () => {
    const client = product.client();
    await client.query(NAMES);
    client.token = 'bad';
    expect((await client.query(NAMES)).status).toBe(401);
    client.token = await openSession(product.app, '+79160000001');
    product.clock.advance({ minutes: 11 });
    expect((await client.query(NAMES)).status).toBe(401);
  });
});
