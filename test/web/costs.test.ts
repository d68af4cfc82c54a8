import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  AccountDocument,
  ChargesDocument,
  OrderDetailDocument,
  SpendingDocument,
} from '../../src/generated/operations.ts';
import { isAbout } from '../support/is-about.ts';
import { look } from '../support/look.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openBrowser, passwords, type Visitors } from '../support/visitor.ts';

const ANNA = '+79160000001';
const DAY_MS = 86_400_000;

let product: Running;
let browser: Visitors;
const passwordOf = passwords(() => product.client());
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser(() => product.url);
});
afterEach(() => browser.allLeave());
afterAll(async () => {
  await browser.close();
  await product.stop();
});

/** What the server says comes to be other without an event, on the same day or the next. */
interface Said {
  at: Date;
  spent: string;
  charge: string;
  fails?: boolean;
}

async function hear(page: Page, said: Said): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const isAnyOf = (...documents: Parameters<typeof isAbout>[1][]) =>
      documents.some((document) => isAbout(route, document));
    if (said.fails && isAnyOf(AccountDocument, SpendingDocument, ChargesDocument))
      return route.fulfill({ status: 500, json: { errors: [{ message: 'Unexpected error.' }] } });
    if (!isAnyOf(SpendingDocument, ChargesDocument)) return route.fallback();
    const response = await route.fetch();
    const json = (await response.json()) as { data: any };
    const { spending, charges } = json.data.me;
    if (spending) spending.total.amount = said.spent;
    for (const { node } of charges?.edges ?? []) node.description = said.charge;
    await route.fulfill({ json, headers: { ...response.headers(), date: said.at.toUTCString() } });
  });
}

async function atCosts() {
  const said: Said = { at: new Date(), spent: '11.00', charge: 'раньше' };
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await hear(page, said);
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/costs');
  await page.getByText('11,00 ₽', { exact: true }).first().waitFor();
  const charges = page.getByRole('group').filter({ hasText: 'Списания' });
  const rows = (text: string) => charges.getByRole('row').filter({ hasText: text });
  return { visitor, page, said, charges, rows };
}

test('who comes back on another day finds the period, the sum and the charges of that day', async () => {
  const { page, said, charges, rows } = await atCosts();
  await charges.getByText('Списания').click();
  await rows('раньше').first().waitFor();
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  const at = new Date(Date.now() + DAY_MS);
  Object.assign(said, { at, spent: '12.00', charge: 'за ночь' });
  await look(page, 'visible');
  await page.getByText('12,00 ₽', { exact: true }).first().waitFor();
  await rows('за ночь').first().waitFor();
  const day = at.toLocaleDateString('sv', { timeZone: 'Europe/Moscow' });
  await expect.poll(() => page.getByLabel('По', { exact: true }).inputValue()).toBe(day);
  expect(await page.getByLabel('С', { exact: true }).inputValue()).toBe(`${day.slice(0, 8)}01`);
  expect(await page.getByRole('radio', { name: 'Этот месяц' }).isChecked()).toBe(true);
});

test('a re-read that fails takes nothing away of what was shown', async () => {
  const { visitor, page, said, charges, rows } = await atCosts();
  await charges.getByText('Списания').click();
  await rows('раньше').first().waitFor();
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  said.fails = true;
  await look(page, 'visible');
  const failures = page.getByText('Не получилось загрузить', { exact: false });
  await expect.poll(() => failures.count()).toBe(3);
  expect(await page.getByText('11,00 ₽', { exact: true }).first().isVisible()).toBe(true);
  expect(await rows('раньше').first().isVisible()).toBe(true);
  await page.getByText('Прошлый месяц').click();
  await expect.poll(() => page.getByText('11,00 ₽', { exact: true }).count()).toBe(0);
  visitor.forgive(/500/);
});

test('days that were typed for a statement stay when another day begins, until another period is chosen', async () => {
  const { page, said } = await atCosts();
  const from = page.getByLabel('С', { exact: true });
  const at = new Date(Date.now() + DAY_MS);
  const typed = new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10);
  await from.fill(typed);
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  Object.assign(said, { at, spent: '12.00' });
  await look(page, 'visible');
  await page.getByText('12,00 ₽', { exact: true }).first().waitFor();
  expect(await from.inputValue()).toBe(typed);
  await page.getByText('Прошлый месяц').click();
  await expect.poll(() => from.inputValue()).toMatch(/-01$/);
});

test('a statement that failed is ordered anew, also where the answer to the first order was lost', async () => {
  const { page } = await atCosts();
  const refusal = { outcome: 'REFUSED', reason: 'no such mailbox', permanent: true } as const;
  const send = vi.spyOn(product.app.mail, 'send').mockResolvedValueOnce(refusal);
  const keys: string[] = [];
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, OrderDetailDocument)) return route.fallback();
    keys.push(/"idempotencyKey":"([^"]+)"/.exec(route.request().postData()!)![1]!);
    if (keys.length > 1) return route.fallback();
    await route.fetch();
    await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
  });
  await page.getByText('На почту').click();
  await page.getByLabel('Адрес электронной почты').fill('anna@example.com');
  const order = page.getByRole('button', { name: 'Заказать', exact: true });
  await order.click();
  await page.getByText('Не удалось доставить файл', { exact: false }).first().waitFor();
  await order.click();
  await page
    .getByText(/Детализация за .* готова/)
    .first()
    .waitFor();
  expect(new Set(keys).size).toBe(2);
  send.mockRestore();
});

test('charges are read again each time that they are looked at, from the first on', async () => {
  const { visitor, page, said, charges, rows } = await atCosts();
  await charges.getByText('Списания').click();
  await rows('раньше').first().waitFor();
  const firstPage = await rows('раньше').count();
  await charges.getByRole('button', { name: 'Показать ещё' }).click();
  await expect.poll(() => rows('раньше').count()).toBeGreaterThan(firstPage);
  said.charge = 'только что';
  await visitor.toTab('Услуги');
  await page.getByRole('switch').first().waitFor();
  await visitor.toTab('Расходы');
  await charges.getByText('Списания').click();
  await rows('только что').first().waitFor();
  await expect.poll(() => charges.getByRole('row').count()).toBe(firstPage + 1);
});

test('after the last of a list the focus stays where the list ends', async () => {
  const { visitor, page, charges } = await atCosts();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, ChargesDocument) || !route.request().postData()!.includes('"after"'))
      return route.fallback();
    const response = await route.fetch();
    const json = (await response.json()) as { data: any };
    json.data.me.charges.pageInfo.hasNextPage = false;
    await route.fulfill({ response, json });
  });
  await charges.getByText('Списания').click();
  const more = charges.getByRole('button', { name: 'Показать ещё' });
  await more.click();
  await more.waitFor({ state: 'detached' });
  await visitor.settled();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('DIV');
});
