import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dayOf } from '../../src/calendar.ts';
import { DetailOrderUpdatedDocument, OrderDetailDocument } from '../../src/generated/operations.ts';
import { ownerChanged, simChanged } from '../../src/subscriber/line-changes.ts';
import { isPassport } from '../../src/subscriber/passport.ts';
import { all, type Client } from '../support/client.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ seconds: 61 }));

const line = () => product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } });

/** Where a statement can be fetched without a further sign-in. */
async function fileOf(client: Client): Promise<URL> {
  const day = dayOf(product.clock.now(), 'Europe/Moscow');
  const input = { from: day, to: day, format: 'CSV', idempotencyKey: 'a file' } as const;
  const { orderDetail } = await client.run(OrderDetailDocument, { input });
  if (orderDetail.__typename !== 'DetailOrderAccepted') throw new Error(orderDetail.__typename);
  const told = client.overWebSocket(DetailOrderUpdatedDocument, { orderId: orderDetail.order.id });
  const { downloadUrl } = (await all(told)).at(-1)!.detailOrderUpdated.order;
  return new URL(new URL(downloadUrl!).pathname, product.url);
}

test('a new owner finds nothing of the former one: no session, no password, no link, another passport', async () => {
  const former = product.client('en');
  const password = await former.signIn(PHONE);
  const file = await fileOf(former);
  expect((await fetch(file)).status).toBe(200);
  const { id } = await line();
  await ownerChanged(product.app, id, {
    fullName: 'Новая Владелица',
    passport: { series: '4511', number: '123456' },
  });
  expect((await former.query('{ me { id } }')).status).toBe(401);
  expect((await former.trySignIn(PHONE, password)).__typename).toBe('InvalidCredentials');
  expect((await fetch(file)).status).toBe(404);
  const { passport, fullName } = await line();
  expect(fullName).toBe('Новая Владелица');
  expect(isPassport(product.app.secrets, id, { number: '4511123456' }, passport)).toBe(true);
  expect(isPassport(product.app.secrets, id, { series: '4510', number: '000001' }, passport)).toBe(false);
  product.clock.advance({ seconds: 61 });
  const next = product.client('en');
  await next.signIn(PHONE);
  expect((await next.query('{ me { fullName } }')).data.me.fullName).toBe('Новая Владелица');
});

test('a changed SIM is remembered with its moment', async () => {
  const { id } = await line();
  await simChanged(product.app, id);
  expect((await line()).simChangedAt).toEqual(expect.any(Date));
  expect(product.clock.now().getTime() - (await line()).simChangedAt!.getTime()).toBeLessThan(60_000);
});
