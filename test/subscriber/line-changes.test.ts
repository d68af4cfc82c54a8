import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ownerChanged, simChanged } from '../../src/subscriber/line-changes.ts';
import { isPassport } from '../../src/subscriber/passport.ts';
import { type Running, startProduct } from '../support/running.ts';

const PHONE = '+79160000001';
let product: Running;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
beforeEach(() => product.clock.advance({ seconds: 61 }));

const line = () => product.app.db.subscriber.findUniqueOrThrow({ where: { phoneNumber: PHONE } });

test('a new owner finds nothing of the former one: no session, no password, no link, another passport', async () => {
  const former = product.client('en');
  const password = await former.signIn(PHONE);
  const { id } = await line();
  await ownerChanged(product.app, id, {
    fullName: 'Новая Владелица',
    passport: { series: '4511', number: '123456' },
  });
  expect((await former.query('{ me { id } }')).status).toBe(401);
  expect((await former.trySignIn(PHONE, password).catch(() => undefined))?.__typename).not.toBe('SignedIn');
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
