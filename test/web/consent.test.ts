import * as oauth from 'openid-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { authorizationRequest, REDIRECT, registerPartner, type TestPartner } from '../support/partner.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openBrowser, passwords, type Visitors } from '../support/visitor.ts';

const ANNA = '+79160000001';
const ELENA = '+79160000005';

let product: Running;
let browser: Visitors;
let partner: TestPartner;
const passwordOf = passwords(() => product.client());
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser(() => product.url);
  partner = await registerPartner(product, 'weather');
});
afterEach(() => browser.allLeave());
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** A browser that the partner sends to us, and that comes back to it with an answer. */
async function sent(scopes: readonly string[]) {
  const visitor = await browser.visit();
  const came = Promise.withResolvers<URL>();
  // It goes on to somewhere that is not there: where to is all that counts
  visitor.context.on('request', (request) => {
    if (request.url().startsWith(REDIRECT)) came.resolve(new URL(request.url()));
  });
  const request = await authorizationRequest(partner.config, scopes);
  return { visitor, page: visitor.page, came: came.promise, ...request };
}

test('a partner asks; the person signs in, reads what for, and lets it in', async () => {
  const { visitor, page, came, url, checks } = await sent(['line:read', 'services:write']);
  await page.goto(url.href);
  await page.getByText('У меня есть пароль').click();
  await page.getByLabel('Номер телефона').fill(ANNA);
  await page.getByLabel('Пароль', { exact: true }).fill(await passwordOf(ANNA));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Доступ для «The weather»' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Доступ для «The weather»');
  await page.getByText('видеть ваше имя, номер и баланс').waitFor();
  await page.getByText('подключать и отключать услуги, в том числе платные').waitFor();
  await visitor.picture('consent');
  expect(await visitor.violations()).toEqual([]);
  await page.getByLabel('Язык').selectOption('en');
  await page.getByText('see your name, number and balance').waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  const tokens = await oauth.authorizationCodeGrant(partner.config, await came, checks);
  expect(tokens.scope).toBe('line:read services:write');
  visitor.forgive(/partner\.example/);
});

test('a refusal goes back to the partner as one, and nothing is let in', async () => {
  const { visitor, page, came, url } = await sent(['line:read']);
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  await page.goto(url.href);
  await page.getByRole('button', { name: 'Отказать' }).click();
  expect((await came).searchParams.get('error')).toBe('access_denied');
  const where = { subscriber: { phoneNumber: ELENA } };
  expect(await product.app.db.partnerGrant.count({ where })).toBe(0);
  visitor.forgive(/partner\.example/);
});

test('an answer that is on its way is not followed by another', async () => {
  const { visitor, page, came, url, checks } = await sent(['line:read']);
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  await page.goto(url.href);
  const pressed = Promise.withResolvers<void>();
  const answers: unknown[] = [];
  await page.route('**/oauth/**', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    answers.push(route.request().postDataJSON());
    await pressed.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Разрешить' }).click();
  await page.getByRole('button', { name: 'Отказать' }).click();
  pressed.resolve();
  await oauth.authorizationCodeGrant(partner.config, await came, checks);
  expect(answers).toHaveLength(1);
  visitor.forgive(/partner\.example/);
});

test('a page that the browser brings back asks anew whether there is something to answer', async () => {
  const { visitor, page, url } = await sent(['line:read']);
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  await page.goto(url.href);
  await page.route('**/oauth/**', (route) =>
    // The answer goes to a partner that the browser comes back from
    route.request().method() === 'POST' ? undefined : route.fallback(),
  );
  const allow = page.getByRole('button', { name: 'Разрешить' });
  await allow.click();
  await expect.poll(() => allow.getAttribute('aria-busy')).toBe('true');
  await Promise.all([
    page.waitForEvent('load'),
    page.evaluate('void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'),
  ]);
  await allow.waitFor();
  expect(await allow.getAttribute('aria-busy')).toBe(null);
  visitor.forgive(/partner\.example/);
});

test('what cannot be answered any more says so', async () => {
  const { visitor, page } = await sent(['line:read']);
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  await visitor.open('/oauth/consent/nobody-asked');
  await page.getByText('Запрос приложения устарел.', { exact: false }).waitFor();
  expect(await page.getByRole('button', { name: 'Разрешить' }).count()).toBe(0);
  visitor.forgive(/404/);
});
