import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

/** Read anew, planned, and by its plan. */
const RUNS = 3;
let product: Running;
let owner: Client;
beforeAll(async () => {
  product = await startProduct();
  owner = await product.signedIn('+79160000001');
});
afterAll(() => product.stop());

test.each([
  ['columns', 'fullName balance { amount }'],
  ['services', 'services(first: 1) { edges { node { status } } }'],
  ['a page of related rows', 'detailOrders(first: 1) { edges { node { state } } }'],
  ['a list of related rows', 'sessions { current }'],
])('a guest is nobody, whatever is asked of them: %s', async (_what, selected) => {
  for (let run = 0; run < RUNS; run++)
    expect(await product.client().query(`{ me { ${selected} } }`)).toMatchObject({
      status: 200,
      data: { me: null },
    });
});

test.each(['state', 'subscriber { fullName }', 'subscriberService { status }'])(
  'no order is open, whatever is asked of it: %s',
  async (selected) => {
    const query = `{ me { service(code: "VOICEMAIL") { openOrder { ${selected} } } } }`;
    for (let run = 0; run < RUNS; run++) {
      const { status, data } = await owner.query(query);
      expect([status, data]).toEqual([200, { me: { service: { openOrder: null } } }]);
    }
  },
);
