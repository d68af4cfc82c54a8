import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  AccountDocument,
  ActivateServiceDocument,
  CancelServiceOrderDocument,
  ChangeTariffDocument,
  DeactivateServiceDocument,
  QuoteTariffChangeDocument,
} from '../../src/generated/operations.ts';
import { topUp } from '../../src/ledger/top-up.ts';
import type { Client } from '../support/client.ts';
import { FaultyProxy } from '../support/faulty-proxy.ts';
import { type Running, startProduct } from '../support/running.ts';
import { Gate } from '../support/gate.ts';
import { isAbout } from '../support/is-about.ts';
import { look } from '../support/look.ts';
import { openBrowser, passwords, type Visitors } from '../support/visitor.ts';
import { withhold } from '../support/withhold.ts';

const ANNA = '+79160000001';
const PETER = '+79160000002';
const OLEG = '+79160000004';
const ELENA = '+79160000005';
const DMITRI = '+79160000006';
const OLGA = '+79160000007';
const ILYA = '+79160000008';

let product: Running;
let browser: Visitors;
const passwordOf = passwords(() => product.client());
const worker = new Gate();
beforeAll(async () => {
  product = await startProduct({ reach: worker.reach });
  browser = await openBrowser(() => product.url);
});
afterEach(async () => {
  worker.goOn();
  hold(false);
  await browser.allLeave();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

const hold = (held: boolean) => product.app.devTools.network.steer({ hold: held });

/** A service's switch, and the line of the list that it is on. */
const switchOf = (page: Page, name: string): Locator => page.getByRole('switch', { name, exact: true });
const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: switchOf(page, name) });
const isOn = (page: Page, name: string): Promise<string | null> =>
  switchOf(page, name).getAttribute('aria-checked');

/** Where the focus is; on the body it is lost. */
const focused = (page: Page) => page.evaluate('document.activeElement.tagName');

async function atServices(phoneNumber: string, url?: string) {
  const visitor = await browser.visit(url ? { url } : {});
  await visitor.signIn(phoneNumber, await passwordOf(phoneNumber), '/services');
  await visitor.page.getByRole('switch').first().waitFor();
  return visitor;
}

/** The same person on another device. */
async function onAnotherDevice(phoneNumber: string): Promise<Client> {
  const client = product.client();
  client.token = (await client.trySignIn(phoneNumber, await passwordOf(phoneNumber))).tokens.accessToken;
  return client;
}

/** How often the network was asked to carry something out for a line. */
const ordersOf = async (phoneNumber: string): Promise<number> =>
  product.app.db.serviceOrder.count({ where: { subscriber: { phoneNumber } } });

test('a service that costs money is confirmed, ordered, and its switch goes live as the network has it done', async () => {
  hold(true);
  const { page } = await atServices(ANNA);
  expect(await isOn(page, 'Вам звонили')).toBe('true');
  await switchOf(page, 'Переадресация').click();
  const dialog = page.getByRole('dialog', { name: 'Подключить «Переадресация»?' });
  await dialog.getByText('30,00 ₽').waitFor();
  await dialog.getByRole('button', { name: 'Подключить', exact: true }).click();
  await expect.poll(() => switchOf(page, 'Переадресация').getAttribute('aria-busy')).toBe('true');
  await rowOf(page, 'Переадресация').getByText('Подключается…').waitFor();
  await page.getByText('Доступно 470,00 ₽').waitFor();
  hold(false);
  await page.getByText('«Переадресация» подключена.').waitFor();
  await rowOf(page, 'Переадресация')
    .getByText(/Подключена с/)
    .waitFor();
  expect(await isOn(page, 'Переадресация')).toBe('true');
  await page.getByText('Доступно 470,00 ₽').waitFor();
  expect(await page.getByText('470,00 ₽', { exact: true }).count()).toBe(1);

  await switchOf(page, 'Переадресация').click();
  await page.getByText('«Переадресация» отключена.').waitFor();
  expect(await isOn(page, 'Переадресация')).toBe('false');
  await page.getByText('История заказов').click();
  await page.getByText(/^Отключение · /).waitFor();
});

test('dismissing the question orders nothing, and gives the focus back to the switch', async () => {
  const { page } = await atServices(ANNA);
  const before = await ordersOf(ANNA);
  await switchOf(page, 'Гудок').focus();
  await page.keyboard.press('Space');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Гудок');
  expect(await ordersOf(ANNA)).toBe(before);
});

test('a question that was answered elsewhere goes away, and does not turn into another', async () => {
  const { page } = await atServices(DMITRI);
  await switchOf(page, 'Гудок').click();
  await page.getByRole('dialog', { name: 'Подключить «Гудок»?' }).waitFor();
  const other = await onAnotherDevice(DMITRI);
  await other.run(ActivateServiceDocument, {
    input: { serviceCode: 'CONTENT_RINGBACK', idempotencyKey: 'on' },
  });
  await page.getByText('«Гудок» подключена.').waitFor();
  await rowOf(page, 'Гудок')
    .getByText(/Подключена с/)
    .waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await other.run(DeactivateServiceDocument, {
    input: { serviceCode: 'CONTENT_RINGBACK', idempotencyKey: 'off' },
  });
  await page.getByText('«Гудок» отключена.').waitFor();
  await expect.poll(() => isOn(page, 'Гудок')).toBe('false');
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('what cannot be switched says why beside it, and a click does nothing', async () => {
  const { page } = await atServices(OLEG);
  await rowOf(page, 'Запрет контента')
    .getByText(/С этим поможет только поддержка: \+7\s800\s100-00-00\./)
    .waitFor();
  expect(await rowOf(page, 'Запрет контента').getByRole('link').getAttribute('href')).toBe(
    'tel:+78001000000',
  );
  const news = switchOf(page, 'Новости');
  expect(await news.getAttribute('aria-disabled')).toBe('true');
  await news.click({ force: true });
  await rowOf(page, 'Новости').getByText('Услуга несовместима с подключённой: «Запрет контента».').waitFor();
  expect(await ordersOf(OLEG)).toBe(0);
});

test('too little money is said with what is missing', async () => {
  const { page } = await atServices(PETER);
  await rowOf(page, 'Переадресация')
    .getByText(/Пополните счёт на 27,00\s₽/)
    .waitFor();
});

test('who comes back after a top-up finds what the money is enough for', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await visitor.signIn(PETER, await passwordOf(PETER), '/services');
  const lacking = rowOf(page, 'Переадресация').getByText('Пополните счёт', { exact: false });
  await lacking.waitFor();
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  const { id: subscriberId } = await product.app.db.subscriber.findUniqueOrThrow({
    where: { phoneNumber: PETER },
  });
  await topUp(product.app, { subscriberId, amount: 27_00n, reference: 'while nobody looked' });
  await look(page, 'visible');
  await lacking.waitFor({ state: 'detached' });
});

test('a refusal that the page could not foresee is shown beside the switch, and what was shown is put right, until its cause is gone', async () => {
  const visitor = await atServices(ILYA);
  const { page } = visitor;
  const elsewhere = product.client();
  elsewhere.token = (await elsewhere.trySignIn(ILYA, await passwordOf(ILYA))).tokens.accessToken;
  // Told by no stream that this page reads: as if its connection were slow
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('serviceCode'))
      await elsewhere.run(ActivateServiceDocument, {
        input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'k' },
      });
    await route.continue();
  });
  hold(true);
  await switchOf(page, 'Голосовая почта').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  const row = rowOf(page, 'Голосовая почта');
  const refusal = row.getByText('Предыдущий заказ ещё выполняется.', { exact: false });
  await refusal.waitFor();
  await row.getByText('Подключается…').waitFor();
  await visitor.settled();
  expect(await refusal.count()).toBe(1);
  hold(false);
  await page.getByText('«Голосовая почта» подключена.').waitFor();
  await row.getByText(/Подключена с/).waitFor();
  // What may be done now is read again after that
  await expect.poll(() => refusal.count()).toBe(0);
  expect(await ordersOf(ILYA)).toBe(1);
});

test('an event that arrives before the answer to the order is not undone by it', async () => {
  const { page } = await atServices(ILYA);
  const underWay = Promise.withResolvers<void>();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('IN_PROGRESS')) underWay.resolve();
    }),
  );
  await page.reload();
  await switchOf(page, 'Антиспам').waitFor();
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('serviceCode')) return route.continue();
    const response = await route.fetch();
    await underWay.promise;
    await route.fulfill({ response });
  });
  hold(true);
  await switchOf(page, 'Антиспам').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await rowOf(page, 'Антиспам').getByText('Подключается…').waitFor();
  expect(await rowOf(page, 'Антиспам').getByText('ждёт очереди').count()).toBe(0);
  hold(false);
  await page.getByText('«Антиспам» подключена.').waitFor();
});

test('an order that is being sent is seen wherever its row comes back, and is not sent again', async () => {
  const visitor = await atServices(ILYA);
  const { page } = visitor;
  const before = await ordersOf(ILYA);
  const held = await withhold(page, ActivateServiceDocument);
  const isSending = async () => {
    await switchOf(page, 'Гудок').waitFor();
    expect(await switchOf(page, 'Гудок').getAttribute('aria-busy')).toBe('true');
    expect(await isOn(page, 'Гудок')).toBe('true');
    await switchOf(page, 'Гудок').click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
  };
  await switchOf(page, 'Гудок').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await rowOf(page, 'Гудок').getByText('Отправляем…').waitFor();
  await page.getByRole('searchbox', { name: 'Найти услугу' }).fill('интернет');
  await expect.poll(() => switchOf(page, 'Гудок').count()).toBe(0);
  await page.getByRole('searchbox', { name: 'Найти услугу' }).fill('');
  await isSending();
  await visitor.toTab('Расходы');
  await page.getByRole('heading', { level: 1, name: 'Контроль расходов' }).waitFor();
  await visitor.toTab('Услуги');
  await isSending();
  held.letThrough();
  await page.getByText('«Гудок» подключена.').waitFor();
  await expect.poll(() => switchOf(page, 'Гудок').getAttribute('aria-busy')).toBe(null);
  expect(held.keys).toHaveLength(1);
  expect(await ordersOf(ILYA)).toBe(before + 1);
});

test('an order that nobody knows the fate of is told of on another page', async () => {
  const visitor = await atServices(ILYA);
  const { page } = visitor;
  const held = await withhold(page, ActivateServiceDocument);
  await switchOf(page, 'Переадресация').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await visitor.toTab('Расходы');
  await page.getByRole('heading', { level: 1, name: 'Контроль расходов' }).waitFor();
  held.fail();
  await page.getByText('Переадресация: Не получилось.', { exact: false }).waitFor();
});

test('an order can be taken back until the network has it, and nothing is charged', async () => {
  const { page } = await atServices(OLGA);
  worker.stopBefore('step/taken-up');
  await switchOf(page, 'Переадресация').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  const row = rowOf(page, 'Переадресация');
  await row.getByText('Заказ принят, ждёт очереди', { exact: false }).waitFor();
  await page.getByText('Доступно 2 470,00 ₽').waitFor();
  await row.getByRole('button', { name: 'Отменить заказ' }).click();
  await page.getByText('Заказ отменён: «Переадресация». Деньги не списаны.').waitFor();
  expect(await focused(page)).toBe('DIV');
  expect(await isOn(page, 'Переадресация')).toBe('false');
  await page.getByText('Доступно 2 500,00 ₽').waitFor();
});

test('who has gone on hears that an order could not be taken back', async () => {
  const visitor = await atServices(OLGA);
  const { page } = visitor;
  worker.stopBefore('step/taken-up');
  await switchOf(page, 'Переадресация').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  const takeBack = rowOf(page, 'Переадресация').getByRole('button', { name: 'Отменить заказ' });
  await takeBack.waitFor();
  const gone = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, CancelServiceOrderDocument)) return route.fallback();
    await gone.promise;
    await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
  });
  await takeBack.click();
  await visitor.toTab('Тариф');
  await page.getByRole('heading', { level: 1, name: 'Тариф' }).waitFor();
  gone.resolve();
  await page.getByText('Переадресация: Не получилось.', { exact: false }).waitFor();
  await page.unroute('**/graphql');
  await visitor.toTab('Услуги');
  await takeBack.click();
  await page.getByText('Заказ отменён: «Переадресация». Деньги не списаны.').waitFor();
});

test('whether an order was taken back is not told to who comes after', async () => {
  const visitor = await atServices(OLGA);
  const { page } = visitor;
  worker.stopBefore('step/taken-up');
  await switchOf(page, 'Переадресация').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  const takeBack = rowOf(page, 'Переадресация').getByRole('button', { name: 'Отменить заказ' });
  await takeBack.waitFor();
  const asked = Promise.withResolvers<void>();
  await page.route('**/graphql', (route) => {
    if (!isAbout(route, CancelServiceOrderDocument)) return route.fallback();
    // It has no answer as long as somebody is signed in who waits for it
    asked.resolve();
    return undefined;
  });
  await takeBack.click();
  await asked.promise;
  await page.getByRole('button', { name: 'Выход' }).click();
  await page.getByText('Вы вышли.').waitFor();
  await visitor.settled();
  expect(await page.getByText('Не получилось.', { exact: false }).count()).toBe(0);
});

test('a failure in the network is told with its reason, in the language of the page, and the switch goes back', async () => {
  const { page } = await atServices(ELENA);
  await switchOf(page, 'Переадресация').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await rowOf(page, 'Переадресация')
    .getByText(/Сеть не смогла выполнить заказ/)
    .waitFor();
  expect(await isOn(page, 'Переадресация')).toBe('false');
  await page.getByText('Доступно 800,00 ₽').waitFor();
  await page.getByLabel('Язык').selectOption('en');
  await page.getByRole('heading', { level: 1, name: 'Services' }).waitFor();
  await page.getByRole('switch').first().waitFor();
  expect(await page.getByText(/Сеть не смогла выполнить заказ/).count()).toBe(0);
});

test('a failure is not told of any more once the service is ordered elsewhere', async () => {
  const { page } = await atServices(DMITRI);
  const row = rowOf(page, 'Автоответ');
  const network = product.app.devTools.network;
  const failure = row.getByText(/Сеть не смогла выполнить заказ/);
  network.steer({ failureRate: 1 });
  await switchOf(page, 'Автоответ').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await failure.waitFor();
  network.steer({ failureRate: 0 });
  const elsewhere = product.client();
  elsewhere.token = (await elsewhere.trySignIn(DMITRI, await passwordOf(DMITRI))).tokens.accessToken;
  await elsewhere.run(ActivateServiceDocument, {
    input: { serviceCode: 'SMS_AUTOREPLY', idempotencyKey: 'after a failure' },
  });
  await page.getByText('«Автоответ» подключена.').waitFor();
  await row.getByText(/Подключена с/).waitFor();
  expect(await failure.count()).toBe(0);
});

test('what is ordered again after a failure is another order, also where the answer to the first was lost', async () => {
  const { page } = await atServices(DMITRI);
  const network = product.app.devTools.network;
  network.steer({ failureRate: 1, hold: true });
  const keys: string[] = [];
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, ActivateServiceDocument)) return route.fallback();
    keys.push(/"idempotencyKey":"([^"]+)"/.exec(route.request().postData()!)![1]!);
    if (keys.length > 1) return route.fallback();
    await route.fetch();
    await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
  });
  const order = async () => {
    await switchOf(page, 'Голосовая почта').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  };
  await order();
  const row = rowOf(page, 'Голосовая почта');
  await row.getByText('Подключается…').waitFor();
  network.steer({ hold: false });
  await row.getByText(/Сеть не смогла выполнить заказ/).waitFor();
  network.steer({ failureRate: 0 });
  await order();
  await page.getByText('«Голосовая почта» подключена.').waitFor();
  expect(new Set(keys).size).toBe(2);
});

test('two tabs show the same order go live', async () => {
  hold(true);
  const visitor = await atServices(DMITRI);
  const tab = await visitor.openTab('/services');
  await switchOf(tab, 'Антиспам').waitFor();
  await tab.getByText('История заказов').click();
  const history = tab.getByRole('group').filter({ hasText: 'История заказов' });
  await history
    .getByText(/^(Подключение|Отключение) · |Заказов ещё не было/)
    .first()
    .waitFor();
  await switchOf(visitor.page, 'Антиспам').click();
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await expect.poll(() => switchOf(tab, 'Антиспам').getAttribute('aria-busy')).toBe('true');
  await history.getByText('Антиспам').waitFor();
  hold(false);
  for (const page of [visitor.page, tab]) {
    await page.getByText('«Антиспам» подключена.').waitFor();
    expect(await isOn(page, 'Антиспам')).toBe('true');
  }
});

test('an order that takes too long comes to say so, and no more when it is usually done', async () => {
  hold(true);
  // The usual ten seconds, as the page counts them, are some minutes then: this machine may be slow
  product.clock.advance({ minutes: 5 });
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await visitor.signIn(OLGA, await passwordOf(OLGA), '/services');
  await switchOf(page, 'Гудок').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  const row = rowOf(page, 'Гудок');
  await row.getByText(/Подключается… · обычно готово к \d/).waitFor();
  const subscriber = { phoneNumber: OLGA };
  const createdAt = new Date(product.clock.now().getTime() - 3_600_000);
  await product.app.db.serviceOrder.updateMany({
    where: { subscriber, finishedAt: null },
    data: { createdAt },
  });
  await page.clock.fastForward('01:01');
  await row.getByText('Идёт дольше обычного.', { exact: false }).waitFor();
  expect(await row.getByText('обычно готово', { exact: false }).count()).toBe(0);
  hold(false);
  await page.getByText('«Гудок» подключена.').waitFor();
});

test('search and filters narrow the list, and nothing found says how to go on', async () => {
  const { page } = await atServices(ANNA);
  const all = await page.getByRole('switch').count();
  await page.getByRole('searchbox', { name: 'Найти услугу' }).fill('интернет');
  await expect.poll(() => page.getByRole('switch').count()).toBeLessThan(all);
  await switchOf(page, 'Интернет-Мини').waitFor();
  await page.getByLabel('Категория').selectOption({ label: 'Сообщения' });
  await page.getByText('Ничего не нашлось.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Снять фильтры' }).click();
  await switchOf(page, 'Интернет-Мини').waitFor();
  expect(await focused(page)).toBe('P');
  await page.getByText('Подключённые').click();
  await expect.poll(() => page.getByRole('switch', { checked: false }).count()).toBe(0);
});

test('a connection lost in mid-activation shows, heals by itself, and the stream goes on from its last event', async () => {
  const proxy = await FaultyProxy.to(Number(new URL(product.url).port));
  const visitor = await atServices(ANNA, `http://127.0.0.1:${proxy.port}`);
  const { page } = visitor;
  const resumed: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { type, payload: sent } = JSON.parse(String(payload)) as { type: string; payload: any };
      if (type === 'subscribe') resumed.push(sent.variables.after as string);
    }),
  );
  hold(true);
  await switchOf(page, 'Автоответ').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
  await rowOf(page, 'Автоответ').getByText('Подключается…').waitFor();

  proxy.way = { resetAfter: 0 };
  proxy.breakAll();
  await page.getByText('Нет связи.', { exact: false }).waitFor();
  // It is done while nobody can hear of it
  hold(false);
  const subscriber = { phoneNumber: ANNA };
  await expect
    .poll(() => product.app.db.serviceOrder.count({ where: { subscriber, finishedAt: null } }))
    .toBe(0);
  expect(await switchOf(page, 'Автоответ').getAttribute('aria-busy')).toBe('true');

  // Shown for some seconds, from the first stream that is back
  const back = page.getByText('Связь восстановлена.').waitFor();
  proxy.way = 'pass';
  await page.getByText('«Автоответ» подключена.').waitFor();
  await back;
  expect(await isOn(page, 'Автоответ')).toBe('true');
  expect(resumed.length).toBeGreaterThan(0);
  expect(resumed.every(Boolean)).toBe(true);
  // Its handset asks on
  await page.close();
  visitor.forgive(/ERR_|WebSocket/);
  await proxy.stop();
});

test('one stream that fails on a connection that stands is read again, and the loss is told no longer', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  // Often enough for the pause after it to be told
  let failures = 3;
  let failing: string | undefined;
  await page.routeWebSocket('**/graphql', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((sent) => {
      const { type, id, payload } = JSON.parse(String(sent)) as { type: string; id?: string; payload?: any };
      if (type === 'subscribe') failing ??= payload.documentId as string;
      if (type !== 'subscribe' || payload.documentId !== failing || failures-- <= 0) return server.send(sent);
      socket.send(JSON.stringify({ type: 'error', id, payload: [{ message: 'broken' }] }));
    });
  });
  await visitor.signIn(ILYA, await passwordOf(ILYA), '/services');
  const loss = page.getByText('Нет связи.', { exact: false });
  await loss.waitFor();
  await loss.waitFor({ state: 'detached' });
});

test.each([
  ['nothing but an error', { errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }],
  [
    'an error in the place of the line',
    {
      data: { me: null },
      errors: [{ message: 'x', path: ['me'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    },
  ],
])('a re-read that fails takes nothing away of what was shown: %s', async (_, json) => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/services');
  const search = page.getByRole('searchbox');
  await search.fill('интернет');
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  const refused = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await route.fulfill({ status: 500, json });
    if (isAbout(route, AccountDocument)) refused.resolve();
  });
  await look(page, 'visible');
  await refused.promise;
  await visitor.settled();
  const failure = page.getByText('Не получилось загрузить', { exact: false });
  await failure.waitFor();
  await page.getByText('Доступно', { exact: false }).first().waitFor();
  expect(await search.inputValue()).toBe('интернет');
  visitor.forgive(/500/);
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Повторить' }).click();
  await failure.waitFor({ state: 'detached' });
  expect(await search.inputValue()).toBe('интернет');
});

test('a page that nobody looks at gives its socket back, and goes on where it was when it is looked at', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await visitor.signIn(OLGA, await passwordOf(OLGA), '/services');
  await switchOf(page, 'Автоответ').waitFor();
  const openSockets = new Set<unknown>();
  const sockets = () => openSockets.size;
  page.on('websocket', (socket) => {
    openSockets.add(socket);
    socket.on('close', () => openSockets.delete(socket));
  });
  await page.reload();
  await switchOf(page, 'Автоответ').waitFor();
  await expect.poll(sockets).toBe(1);
  await look(page, 'hidden');
  await page.clock.fastForward('01:01');
  await expect.poll(sockets).toBe(0);
  const elsewhere = product.client();
  elsewhere.token = (await elsewhere.trySignIn(OLGA, await passwordOf(OLGA))).tokens.accessToken;
  await elsewhere.run(ActivateServiceDocument, {
    input: { serviceCode: 'SMS_AUTOREPLY', idempotencyKey: 'while nobody looked' },
  });
  const done = {
    subscriber: { phoneNumber: OLGA },
    serviceCode: 'SMS_AUTOREPLY',
    state: 'COMPLETED',
  } as const;
  await expect.poll(() => product.app.db.serviceOrder.count({ where: done })).toBe(1);
  await look(page, 'visible');
  await page.getByText('«Автоответ» подключена.').waitFor();
  expect(await isOn(page, 'Автоответ')).toBe('true');
});

test.each([
  { lost: 'the order itself', way: { resetAfter: 0 }, name: 'Ожидание вызова', told: 'подключена' },
  { lost: 'its answer alone', way: { breakAnswerAfter: 0 }, name: 'Определитель номера', told: 'отключена' },
])(
  'what is switched without a connection says so, and is done once when it is back: $lost was lost',
  async ({ way, name, told }) => {
    const proxy = await FaultyProxy.to(Number(new URL(product.url).port));
    const visitor = await atServices(DMITRI, `http://127.0.0.1:${proxy.port}`);
    const { page } = visitor;
    const before = await ordersOf(DMITRI);
    const keys: string[] = [];
    page.on('request', (request) => {
      const key = /"idempotencyKey":"([^"]+)"/.exec(request.postData() ?? '')?.[1];
      if (key) keys.push(key);
    });
    proxy.way = way;
    await switchOf(page, name).click();
    await rowOf(page, name).getByText('Отправим, как только появится связь').waitFor();
    await page.getByText('Нет связи.', { exact: false }).waitFor();
    await expect.poll(() => keys.length).toBeGreaterThan(1);
    proxy.way = 'pass';
    await page.getByText(`«${name}» ${told}.`).waitFor();
    await expect.poll(() => switchOf(page, name).getAttribute('aria-busy')).toBe(null);
    expect(await page.getByText('Не получилось.', { exact: false }).count()).toBe(0);
    expect(new Set(keys).size).toBe(1);
    expect(await ordersOf(DMITRI)).toBe(before + 1);
    // Its handset asks on
    await page.close();
    visitor.forgive(/ERR_|WebSocket/);
    await proxy.stop();
  },
);

test('after a change of tariff the services show what they cost on the new one', async () => {
  const { page } = await atServices(OLEG);
  const row = rowOf(page, 'Интернет-Мини');
  await row.getByText('500 ₽ в месяц').waitFor();
  const other = await onAnotherDevice(OLEG);
  const { quoteTariffChange: quote } = await other.run(QuoteTariffChangeDocument, {
    input: { tariffCode: 'SMART_MINI' },
  });
  if (quote.__typename !== 'TariffQuote') throw new Error(quote.__typename);
  await other.run(ChangeTariffDocument, { input: { quoteId: quote.id, idempotencyKey: 'a cheaper one' } });
  await page.getByText('Теперь ваш тариф — «Smart мини».').waitFor();
  await row.getByText('350 ₽ в месяц').waitFor();
});
