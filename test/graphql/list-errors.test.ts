import { afterAll, beforeAll, expect, test } from 'vitest';
import { devStaffToken } from '../../src/staff/tokens.ts';
import { addOrder } from '../support/events.ts';
import { type Running, startProduct } from '../support/running.ts';

let product: Running;
beforeAll(async () => {
  product = await startProduct({ works: false });
  const first = await product.app.db.subscriber.findFirstOrThrow({ orderBy: { id: 'asc' } });
  await addOrder(product.app, first.id, 'VOICEMAIL');
});
afterAll(() => product.stop());

test('an error in one entry of a list leaves none behind that nobody hears', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear);
  const staff = product.client();
  staff.token = await devStaffToken(product.app, ['support']);
  // The first line's open order is read while the second line, which has none, is refused at once
  const { errors } = await staff.query(
    '{ subscribers(first: 2) { edges { node { service(code: "VOICEMAIL") { openOrder { state } } sessions { current } } } } }',
  );
  expect(errors!.map(({ extensions }) => extensions['code'])).toContain('FORBIDDEN');
  await product.app.db.$queryRaw`SELECT pg_sleep(0.2)::text`;
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});
