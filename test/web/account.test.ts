import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  ChangePasswordDocument,
  ChangeTariffDocument,
  OrderDetailDocument,
  QuoteTariffChangeDocument,
  RevokeDocument,
  SignOutDocument,
  SpendingDocument,
  TariffChangesDocument,
} from '../../src/generated/operations.ts';
import { Gate } from '../support/gate.ts';
import { isAbout } from '../support/is-about.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openBrowser, passwords, type Visitors } from '../support/visitor.ts';
import { withhold } from '../support/withhold.ts';

const ANNA = '+79160000001';
const PETER = '+79160000002';
const MARIA = '+79160000003';
const OLEG = '+79160000004';
const ELENA = '+79160000005';
const DMITRI = '+79160000006';
const OLGA = '+79160000007';
const ILYA = '+79160000008';
const TATYANA = '+79160000009';

let product: Running;
let browser: Visitors;
const worker = new Gate();
const passwordOf = passwords(() => product.client());
beforeAll(async () => {
  product = await startProduct({ reach: worker.reach, settings: { DETAIL_FEE: '15.00' } });
  browser = await openBrowser(() => product.url);
});
afterEach(() => {
  worker.goOn();
  return browser.allLeave();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});

async function visit(path: string, phoneNumber: string) {
  const visitor = await browser.visit();
  await visitor.signIn(phoneNumber, await passwordOf(phoneNumber), path);
  return visitor;
}

/** Has the page hear another answer to one of its questions. */
const retell = (page: Page, document: object, change: (data: any) => void) =>
  page.route('**/graphql', async (route) => {
    if (!isAbout(route, document)) return route.fallback();
    const response = await route.fetch();
    const json = (await response.json()) as { data: unknown };
    change(json.data);
    await route.fulfill({ response, json });
  });

/** The first and the last day of the month before, on a line in Moscow. */
function lastMonth(): { from: string; to: string } {
  const today = new Date(product.clock.now().getTime() + 3 * 3_600_000);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const day = (date: Date) => date.toISOString().slice(0, 10);
  return { from: day(new Date(Date.UTC(year, month - 1, 1))), to: day(new Date(Date.UTC(year, month, 0))) };
}

test('the menu leads to each of its rooms, and what a suspended line cannot do is greyed with the reason', async () => {
  const anna = await visit('/', ANNA);
  for (const [item, title] of [
    ['Услуги', 'Услуги'],
    ['Смена тарифа', 'Тариф'],
    ['Контроль расходов', 'Контроль расходов'],
    ['Смена пароля', 'Пароль'],
    ['Сеансы', 'Сеансы'],
  ] as const) {
    await anna.toTab('Интернет-помощник');
    await anna.page
      .getByRole('main')
      .getByRole('link', { name: new RegExp(`^${item}`) })
      .click();
    await anna.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }
  const maria = await visit('/', MARIA);
  await maria.page.getByText('Номер приостановлен.', { exact: false }).first().waitFor();
  const greyed = maria.page.getByRole('main').getByRole('listitem').filter({ hasText: 'Услуги' });
  await greyed.getByText('Номер приостановлен: пополните счёт').waitFor();
  expect(await greyed.getByRole('link').count()).toBe(0);
});

test('an address of nothing says so and leads back', async () => {
  const { page } = await visit('/nothing/here', ANNA);
  await page.getByRole('heading', { name: 'Такой страницы нет' }).waitFor();
  await page.getByRole('link', { name: 'На главную' }).click();
  await page.getByText('Что вы хотите сделать?').waitFor();
});

test('a part of the page that could not be fetched is fetched again, without a word from the person', async () => {
  const visitor = await browser.visit();
  let refused = 0;
  await visitor.page.route('**/assets/tariff-page-*.js', (route) =>
    refused++ < 2 ? route.abort('connectionreset') : route.continue(),
  );
  await visitor.signIn(ANNA, await passwordOf(ANNA));
  await visitor.toTab('Тариф');
  await visitor.page.getByRole('heading', { level: 1, name: 'Тариф' }).waitFor();
  expect(refused).toBeGreaterThan(1);
  visitor.forgive(/ERR_CONNECTION_RESET/);
});

test('a part of the page that cannot be had has the page read anew a few times, and then says so', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  let loads = 0;
  page.on('request', (request) => request.isNavigationRequest() && loads++);
  await page.route('**/assets/tariff-page-*.js', (route) => route.abort('connectionreset'));
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/tariff');
  await expect.poll(() => loads).toBe(4);
  await page.getByText('Не получилось загрузить', { exact: false }).waitFor();
  expect(loads).toBe(4);
  visitor.forgive(/ERR_CONNECTION_RESET|Failed to fetch/);
});

test('a browser that keeps nothing loads the parts of the page all the same', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.addInitScript(`
    Object.defineProperty(window, 'sessionStorage', { get: () => { throw new DOMException('No', 'SecurityError'); } });
  `);
  const looks: string[] = [];
  // A part that failed has the page look whether the server is there
  page.on('request', (request) => request.url().endsWith('/health/live') && looks.push(request.url()));
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/tariff');
  await page.getByRole('heading', { level: 1, name: 'Тариф' }).waitFor();
  expect(looks).toEqual([]);
});

test('what a change of tariff would save or cost is said in words, without a minus', async () => {
  const { page } = await visit('/tariff', ANNA);
  const dearer = page.getByRole('listitem').filter({ hasText: /Дороже на/ });
  await dearer
    .getByText(/По месяцам: дороже на/)
    .first()
    .waitFor();
  expect(await page.getByRole('main').innerText()).not.toMatch(/[-−]\s?\d/);
});

test('spending is shown by day and by kind for the period chosen', async () => {
  const { page } = await visit('/costs', ANNA);
  await page.getByRole('img', { name: /Расходы по дням/ }).waitFor();
  await page.getByText('Прошлый месяц').click();
  const client = product.client();
  client.token = (await client.trySignIn(ANNA, await passwordOf(ANNA))).tokens.accessToken;
  const { from, to } = lastMonth();
  const { data } = await client.query(
    'query ($f: Date, $t: Date) { me { spending(from: $f, to: $t) { total { amount } lines { kind } } } }',
    {
      f: from,
      t: to,
    },
  );
  const { total, lines } = data.me.spending as { total: { amount: string }; lines: unknown[] };
  const money = new Intl.NumberFormat('ru-RU', { style: 'currency', currency: 'RUB' }).format(
    Number(total.amount),
  );
  await page.getByText(money, { exact: true }).first().waitFor();
  expect(await page.getByRole('rowheader').count()).toBe(lines.length + 1);
  await page.getByText('Свой', { exact: true }).click();
  const apply = async (own: { from: string; to: string }) => {
    await page.getByLabel('С', { exact: true }).first().fill(own.from);
    await page.getByLabel('По', { exact: true }).first().fill(own.to);
    await page.getByRole('button', { name: 'Показать', exact: true }).click();
  };
  await apply({ from: to, to: from });
  await page.getByText('Начало периода позже конца.').waitFor();
  await apply({ from: '2020-01-01', to });
  await page.getByText('Выберите период не длиннее 366 дней.').waitFor();
  await apply({ from: '', to });
  await page.getByText('Выберите первый и последний день.').waitFor();
});

test('spending is read again each time that it is looked at: usage and fees come without an event', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  let amount = '11.00';
  await retell(page, SpendingDocument, ({ me: { spending } }) => (spending.total.amount = amount));
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/costs');
  await page.getByText('11,00 ₽', { exact: true }).first().waitFor();
  amount = '12.00';
  await visitor.toTab('Услуги');
  await page.getByRole('switch').first().waitFor();
  await visitor.toTab('Расходы');
  await page.getByText('12,00 ₽', { exact: true }).first().waitFor();
});

test('a device whose clock is wrong takes the days and the life of its token from the server', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install({ time: Date.now() + 40 * 86_400_000 });
  await visitor.signIn(ILYA, await passwordOf(ILYA), '/costs');
  const day = product.clock.now().toLocaleDateString('sv', { timeZone: 'Europe/Moscow' });
  expect(await page.getByLabel('По', { exact: true }).inputValue()).toBe(day);
  const life = await page.evaluate('JSON.parse(localStorage.getItem("session")).freshUntil - Date.now()');
  expect(life).toBeGreaterThan(60_000);
});

test('usage that cost nothing is counted without a chart, and none that was loaded says nothing of its end', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await retell(page, SpendingDocument, ({ me: { spending } }) => {
    spending.dataCompleteThrough = '1970-01-01T00:00:00.000Z';
    for (const { total } of [spending, ...spending.lines, ...spending.days]) total.amount = '0.00';
  });
  await visitor.signIn(ANNA, await passwordOf(ANNA), '/costs');
  await page.getByRole('region', { name: 'По видам' }).waitFor();
  expect(await page.getByRole('img', { name: /Расходы по дням/ }).count()).toBe(0);
  expect(await page.getByText('Данные полны', { exact: false }).count()).toBe(0);
});

test('a statement is ordered, made before one’s eyes, downloaded, and its link closed', async () => {
  const { page } = await visit('/costs', ANNA);
  worker.stopBefore('detail/reported');
  await page.getByText('Прошлый месяц').click();
  await page.getByText('таблица', { exact: true }).click();
  await page.getByRole('button', { name: 'Заказать' }).click();
  const row = page.getByRole('listitem').filter({ hasText: /^CSV · / });
  const progress = async () => Number(await row.getByRole('progressbar').getAttribute('value'));
  await expect.poll(progress).toBeGreaterThan(0);
  expect(await progress()).toBeLessThan(100);
  worker.goOn();
  await row.getByText('Выполнен').waitFor();
  await page.getByText(/Детализация за .* готова\./).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link', { name: /Скачать CSV за/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const address = download.url();
  expect((await fetch(address)).status).toBe(200);
  await row.getByRole('button', { name: 'Закрыть ссылку' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Закрыть ссылку' }).click();
  await row.getByText('Ссылка устарела или закрыта').waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('LI');
  expect((await fetch(address)).status).toBe(404);
});

test('a statement that is ordered says so with its price, and is not ordered again by one more press', async () => {
  const { page } = await visit('/costs', OLGA);
  const subscriber = { phoneNumber: OLGA };
  const count = () => product.app.db.detailOrder.count({ where: { subscriber } });
  const before = await count();
  const order = page.getByRole('button', { name: 'Заказать', exact: true });
  await order.click();
  await page.getByText(/Детализация за .* заказана\. Стоимость: 15,00\s₽\./).waitFor();
  await page.getByText('Эта детализация заказана', { exact: false }).waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('DIV');
  expect(await order.count()).toBe(0);
  await page.getByLabel('С', { exact: true }).press('Enter');
  await page.getByText('для Excel').click();
  await order.waitFor();
  expect(await count()).toBe(before + 1);
});

test('a statement that is being sent is not sent again by a form that was left meanwhile', async () => {
  const visitor = await visit('/costs', OLGA);
  const { page } = visitor;
  const count = () => product.app.db.detailOrder.count({ where: { subscriber: { phoneNumber: OLGA } } });
  const before = await count();
  const held = await withhold(page, OrderDetailDocument);
  const order = page.getByRole('button', { name: 'Заказать', exact: true });
  await order.click();
  await visitor.toTab('Услуги');
  await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  await visitor.toTab('Расходы');
  await order.waitFor();
  expect(await order.getAttribute('aria-busy')).toBe('true');
  await order.click({ force: true });
  await page.getByLabel('С', { exact: true }).press('Enter');
  await page.getByLabel('Язык').selectOption('en');
  const inEnglish = page.getByRole('button', { name: 'Order', exact: true });
  await inEnglish.waitFor();
  expect(await inEnglish.getAttribute('aria-busy')).toBe('true');
  held.letThrough();
  await expect.poll(() => inEnglish.getAttribute('aria-busy')).toBe(null);
  expect(held.keys).toHaveLength(1);
  expect(await count()).toBe(before + 1);
});

test('what one person was sending keeps nobody else at the same device from ordering', async () => {
  const visitor = await visit('/costs', OLGA);
  const { page } = visitor;
  const held = await withhold(page, OrderDetailDocument);
  const order = page.getByRole('button', { name: 'Заказать', exact: true });
  await order.click();
  await expect.poll(() => order.getAttribute('aria-busy')).toBe('true');
  await page.getByRole('button', { name: 'Выход' }).click();
  await page.getByText('Вы вышли.').waitFor();
  // Without a fresh start of the page, which remembers nothing
  await visitor.enter(TATYANA, await passwordOf(TATYANA));
  await visitor.toTab('Расходы');
  await order.waitFor();
  expect(await order.getAttribute('aria-busy')).toBe(null);
  held.fail();
  await visitor.settled();
  expect(await page.getByText('Не получилось.', { exact: false }).count()).toBe(0);
});

test('who has gone on while a link is being closed keeps the focus, and hears of it where that failed', async () => {
  const { page } = await visit('/costs', OLGA);
  await page.getByRole('button', { name: 'Заказать', exact: true }).click();
  const row = page
    .getByRole('listitem')
    .filter({ hasText: /^PDF · / })
    .first();
  await row.getByText('Выполнен').waitFor();
  let fails = true;
  let answered = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, RevokeDocument)) return route.fallback();
    await answered.promise;
    if (fails) await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
    else await route.fallback();
  });
  const from = page.getByLabel('С', { exact: true });
  const closeAndGoOn = async () => {
    await row.getByRole('button', { name: 'Закрыть ссылку' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Закрыть ссылку' }).click();
    // It is on its way: there is nothing to cancel
    await expect.poll(() => dialog.getByRole('button', { name: 'Отмена' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Закрыть', exact: true }).last().click();
    await from.focus();
    answered.resolve();
  };
  await closeAndGoOn();
  await page.getByText('Не получилось.', { exact: false }).waitFor();
  [fails, answered] = [false, Promise.withResolvers()];
  await closeAndGoOn();
  await row.getByText('Ссылка устарела или закрыта').waitFor();
  expect(await from.evaluate((input) => input === document.activeElement)).toBe(true);
});

test('what one person could not send is not sent for the next one at the same device', async () => {
  const visitor = await visit('/costs', OLGA);
  const { page } = visitor;
  let [isLost, sent] = [true, 0];
  await page.route('**/graphql', (route) => {
    if (!isAbout(route, OrderDetailDocument)) return route.fallback();
    if (isLost) return route.abort();
    sent++;
    return route.continue();
  });
  await page.getByRole('button', { name: 'Заказать', exact: true }).click();
  await page.getByText('Нет связи.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Выход' }).click();
  await page.getByText('Вы вышли.').waitFor();
  await visitor.enter(TATYANA, await passwordOf(TATYANA));
  isLost = false;
  // Whatever is still tried is tried now, before the question after it
  await page.evaluate('dispatchEvent(new Event("online")), fetch("/health/live").then(() => {})');
  await visitor.settled();
  expect(sent).toBe(0);
  visitor.forgive(/ERR_FAILED/);
});

test('while the connection is lost, the sections can be reached from wherever a page was read to', async () => {
  const visitor = await visit('/costs', ILYA);
  const { page } = visitor;
  await page.route('**/graphql', (route) =>
    isAbout(route, OrderDetailDocument) ? route.abort() : route.fallback(),
  );
  await page.getByRole('button', { name: 'Заказать', exact: true }).click();
  const loss = page.getByText('Нет связи.', { exact: false });
  await loss.waitFor();
  await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
  const strip = page.getByRole('navigation', { name: 'Разделы' });
  const places = async () => {
    const [banner, below] = [(await loss.boundingBox())!, (await strip.boundingBox())!];
    return [banner.y, Math.round(below.y - banner.height)];
  };
  await expect.poll(places).toEqual([0, 0]);
  await visitor.toTab('Услуги');
  await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  expect(await loss.isVisible()).toBe(true);
  visitor.forgive(/ERR_FAILED/);
});

test('who has left the form hears that a statement was refused', async () => {
  const visitor = await visit('/costs', ILYA);
  const { page } = visitor;
  await page.getByLabel('С', { exact: true }).fill('2020-01-01');
  const held = await withhold(page, OrderDetailDocument);
  await page.getByRole('button', { name: 'Заказать' }).click();
  await visitor.toTab('Услуги');
  await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  held.letThrough();
  await page.getByText(/Выберите период не длиннее 31 дней/).waitFor();
});

test('a statement that nobody knows the fate of is told of, and tried again under its key by a form that was left', async () => {
  const visitor = await visit('/costs', OLGA);
  const { page } = visitor;
  const held = await withhold(page, OrderDetailDocument);
  const order = page.getByRole('button', { name: 'Заказать', exact: true });
  await order.click();
  await visitor.toTab('Услуги');
  await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  held.fail();
  await page.getByText('Не получилось.', { exact: false }).waitFor();
  await visitor.toTab('Расходы');
  await order.waitFor();
  expect(await order.getAttribute('aria-busy')).toBe(null);
  await order.click();
  await expect.poll(() => held.keys.length).toBe(2);
  expect(new Set(held.keys).size).toBe(1);
});

test('what is ordered after reading on heads the list, whether it was ordered here or elsewhere', async () => {
  const elsewhere = product.client();
  elsewhere.token = (await elsewhere.trySignIn(OLGA, await passwordOf(OLGA))).tokens.accessToken;
  const orderElsewhere = (format: 'XML' | 'XLSX', key: string) =>
    elsewhere.run(OrderDetailDocument, {
      input: { ...lastMonth(), format, delivery: 'DOWNLOAD', idempotencyKey: key },
    });
  for (let number = 1; number <= 6; number++) await orderElsewhere('XML', `so far ${number}`);
  const { page } = await visit('/costs', OLGA);
  const section = page.getByRole('region', { name: 'Детализация' });
  const rows = section.getByRole('listitem');
  await expect.poll(() => rows.count()).toBe(5);
  await section.getByRole('button', { name: 'Показать ещё' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(5);
  await page.getByText('для браузера').click();
  await page.getByRole('button', { name: 'Заказать', exact: true }).click();
  await expect.poll(() => rows.first().textContent()).toMatch(/^HTML · /);
  expect(await rows.filter({ hasText: /^XML · / }).count()).toBe(4);
  await orderElsewhere('XLSX', 'one more');
  await expect.poll(() => rows.first().textContent()).toMatch(/^XLSX · /);
});

test('another period on top changes the days of a statement and nothing else of it', async () => {
  const { page } = await visit('/costs', ANNA);
  await page.getByText('На почту').click();
  const address = page.getByLabel('Адрес электронной почты');
  await address.fill('anna@example.com');
  await page.getByText('таблица', { exact: true }).click();
  await page.getByText('Прошлый месяц').click();
  const { from, to } = lastMonth();
  await expect.poll(() => page.getByLabel('С', { exact: true }).inputValue()).toBe(from);
  expect(await page.getByLabel('По', { exact: true }).inputValue()).toBe(to);
  expect(await address.inputValue()).toBe('anna@example.com');
  expect(await page.getByRole('radio', { name: /CSV/ }).isChecked()).toBe(true);
});

test('a statement that there cannot be is refused beside what is wrong with it', async () => {
  const { page } = await visit('/costs', ILYA);
  const from = page.getByLabel('С', { exact: true });
  await from.fill('2020-01-01');
  await page.getByRole('button', { name: 'Заказать' }).click();
  await page.getByText(/Выберите период не длиннее 31 дней/).waitFor();
  expect(await from.getAttribute('aria-invalid')).toBe('true');
  await page.getByText('На почту').click();
  await page.getByLabel('Адрес электронной почты').fill('не адрес');
  await page.getByRole('button', { name: 'Заказать' }).click();
  await page.getByText('Введите адрес, на который прислать файл.').waitFor();
});

test('an address or a day of a form that the server does not take is asked for beside its field', async () => {
  const { page } = await visit('/costs', ILYA);
  let sent = 0;
  page.on('request', (request) => {
    if (request.postData()?.includes('idempotencyKey')) sent++;
  });
  const order = page.getByRole('button', { name: 'Заказать' });
  await page.getByText('На почту').click();
  const address = page.getByLabel('Адрес электронной почты');
  await address.fill('anna@mail');
  await order.click();
  await page.getByText('Введите адрес, на который прислать файл.').waitFor();
  expect(await address.getAttribute('aria-invalid')).toBe('true');
  await address.fill('anna.o_neill+file@mail.example.com');
  for (const field of ['С', 'По']) {
    const day = page.getByLabel(field, { exact: true });
    const usual = await day.inputValue();
    await day.fill('12026-01-01');
    await order.click();
    await page.getByText('Выберите первый и последний день.').waitFor();
    await day.fill(usual);
  }
  await order.click();
  await page.getByText(/^Детализация за .* заказана\./).waitFor();
  expect(sent).toBe(1);
});

test('a tariff is compared, quoted, taken, and the account shows it as it is done', async () => {
  product.app.devTools.network.steer({ hold: true });
  const { page } = await visit('/tariff', ANNA);
  await page.getByText('Выгоднее всего').waitFor();
  const best = page.getByRole('listitem').filter({ hasText: 'Выгоднее всего' });
  const name = (await best.getByRole('heading').textContent())!;
  await best.getByText(/Переход окупится за|Окупается сразу/).waitFor();
  await best.getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: `Переход на «${name}»` });
  await dialog.getByText(/Цена действует ещё 1[45]:\d\d/).waitFor();
  await dialog.getByText('Стоимость перехода').waitFor();
  await dialog.getByRole('button', { name: 'Перейти' }).click();
  await page.getByText(`Переходим с «Smart» на «${name}»`).waitFor();
  product.app.devTools.network.steer({ hold: false });
  await page.getByText(`Теперь ваш тариф — «${name}».`).waitFor();
  await page.getByRole('region', { name: 'Владелец' }).getByText(name, { exact: true }).waitFor();
  await page.getByRole('region', { name: 'История переходов' }).getByText('Выполнен').waitFor();
  // Nor is what the line has now advised any more
  const cards = page.getByRole('main').getByRole('listitem');
  await expect.poll(() => cards.getByRole('heading', { name, exact: true }).count()).toBe(0);
});

const askForTerms = (page: Page): Promise<void> =>
  page
    .getByRole('button', { name: /Узнать условия перехода на/ })
    .first()
    .click();

test('the terms of a change name the monthly fee, also where there is no usage to compare by', async () => {
  const { page } = await visit('/tariff', ILYA);
  await retell(page, QuoteTariffChangeDocument, ({ quoteTariffChange }) => {
    quoteTariffChange.advice = null;
  });
  await page.getByText('Все тарифы').click();
  await askForTerms(page);
  await page.getByRole('dialog').getByText('Плата в месяц').waitFor();
});

test('an offer holds for its time on a device whose clock is wrong, and one that has lapsed is asked for anew', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
  await visitor.signIn(ILYA, await passwordOf(ILYA), '/tariff');
  await page.getByText('Все тарифы').click();
  await askForTerms(page);
  const dialog = page.getByRole('dialog');
  const holds = dialog.getByText(/Цена действует ещё 1[45]:\d\d/);
  await holds.waitFor();
  await product.app.db.tariffQuote.updateMany({ data: { expiresAt: product.clock.now() } });
  await dialog.getByRole('button', { name: 'Перейти' }).click();
  await dialog.getByText('Предложение устарело.').waitFor();
  await dialog.getByRole('button', { name: 'Запросить новое' }).click();
  await holds.waitFor();
  // Where the new terms are read
  expect(await page.evaluate('document.activeElement.ariaLive')).toBe('polite');
});

test('a change that is being sent is not cancelled by closing its terms, nor does its offer run out, and its refusal is told', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  await visitor.signIn(ILYA, await passwordOf(ILYA), '/tariff');
  await page.getByText('Все тарифы').click();
  await askForTerms(page);
  const dialog = page.getByRole('dialog');
  const held = await withhold(page, ChangeTariffDocument);
  await dialog.getByRole('button', { name: 'Перейти' }).click();
  await expect.poll(() => held.keys.length).toBe(1);
  await page.clock.fastForward('16:00');
  await expect.poll(() => dialog.getByText(/Цена действует ещё/).count()).toBe(0);
  expect(await dialog.getByText('Предложение устарело.').count()).toBe(0);
  const sending = dialog.getByRole('button', { name: /Перейти|Отправим, как только/ });
  expect(await sending.getAttribute('aria-busy')).toBe('true');
  expect(await dialog.getByRole('button', { name: 'Отмена' }).count()).toBe(0);
  await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
  await expect.poll(() => dialog.count()).toBe(0);
  await product.app.db.tariffQuote.updateMany({ data: { expiresAt: product.clock.now() } });
  held.letThrough();
  await page.getByText('Предложение устарело. Запросите новое.').waitFor();
});

test('a change that is being sent keeps terms that are asked for meanwhile from being taken, too', async () => {
  const { page } = await visit('/tariff', ILYA);
  await page.getByText('Все тарифы').click();
  await askForTerms(page);
  const dialog = page.getByRole('dialog');
  const take = dialog.getByRole('button', { name: 'Перейти' });
  const held = await withhold(page, ChangeTariffDocument);
  await take.click();
  await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
  await askForTerms(page);
  await expect.poll(() => take.getAttribute('aria-busy')).toBe('true');
  await take.click({ force: true });
  await product.app.db.tariffQuote.updateMany({ data: { expiresAt: product.clock.now() } });
  held.letThrough();
  await page.getByText('Предложение устарело. Запросите новое.').waitFor();
  await expect.poll(() => take.getAttribute('aria-busy')).toBe(null);
  expect(held.keys).toHaveLength(1);
});

test('where the changes of tariff cannot be read, the page says so, and one that was taken is found in the end', async () => {
  product.app.devTools.network.steer({ hold: true });
  const visitor = await visit('/tariff', OLEG);
  const { page } = visitor;
  await page.getByText('Все тарифы').click();
  await visitor.settled();
  await page.route('**/graphql', (route) =>
    isAbout(route, TariffChangesDocument)
      ? route.fulfill({ status: 500, json: { errors: [{ message: 'Unexpected error.' }] } })
      : route.fallback(),
  );
  await askForTerms(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Перейти' }).click();
  await page.getByText('Не получилось загрузить', { exact: false }).waitFor();
  await page.unroute('**/graphql');
  const found = page.getByText(/Переходим с «/);
  // An event of the change may have it read again before the button is pressed
  await Promise.any([page.getByRole('button', { name: 'Повторить' }).click(), found.waitFor()]);
  await found.waitFor();
  product.app.devTools.network.steer({ hold: false });
  visitor.forgive(/500/);
});

test('a tariff that has no way back warns, and one’s own tariff cannot be taken again', async () => {
  const { page } = await visit('/tariff', TATYANA);
  await page.getByText('Закрыт для новых подключений', { exact: false }).waitFor();
  await page.getByText('Все тарифы').click();
  await page
    .getByRole('button', { name: /Узнать условия перехода на/ })
    .last()
    .waitFor();
});

test('a password is judged while it is typed and by the server, and the new one counts', async () => {
  const visitor = await visit('/password', ELENA);
  const { page } = visitor;
  const other = await visit('/', ELENA);
  const current = page.getByLabel('Текущий пароль', { exact: true });
  const fresh = page.getByLabel('Новый пароль', { exact: true });
  await current.fill(await passwordOf(ELENA));
  await fresh.fill('абв');
  await page.getByText('Ещё 5 знаков').waitFor();
  await fresh.fill('пароль123');
  await page.getByRole('button', { name: 'Сменить пароль' }).click();
  await page.getByText('Этот пароль слишком легко подобрать.', { exact: false }).waitFor();
  await page.getByText('Как сделать лучше').waitFor();
  expect(await fresh.getAttribute('type')).toBe('password');
  await page.getByRole('button', { name: 'Показать: Новый пароль' }).click();
  expect(await fresh.getAttribute('type')).toBe('text');
  await fresh.fill('семь кораблей у пирса');
  await page.getByText('Отличный').waitFor();
  await page.getByRole('button', { name: 'Сменить пароль' }).click();
  await page.getByText(/Пароль изменён\. Завершён[о]? \d+ друг/).waitFor();
  // Where else the line was signed in, the page falls back to the way in
  await other.page.getByText('Сеанс завершён. Войдите снова.').waitFor();
  await page.getByRole('button', { name: 'Выход' }).click();
  await page.getByText('Вы вышли.').waitFor();
  await visitor.signIn(ELENA, 'семь кораблей у пирса');
  expect(await page.getByRole('link', { name: 'Сменить пароль' }).count()).toBe(0);
  other.forgive(/401/);
  visitor.forgive(/401/);
});

test('a password that is being sent is not sent again by a form that was left, and what came of it is told elsewhere', async () => {
  const visitor = await visit('/password', PETER);
  const { page } = visitor;
  let sent = 0;
  let answered = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, ChangePasswordDocument)) return route.fallback();
    sent++;
    await answered.promise;
    await route.continue();
  });
  const change = page.getByRole('button', { name: 'Сменить пароль' });
  const fillIn = async (current: string) => {
    await page.getByLabel('Текущий пароль', { exact: true }).fill(current);
    await page.getByLabel('Новый пароль', { exact: true }).fill('семь кораблей у пирса');
    await page.keyboard.press('Enter');
  };
  const goOn = async () => {
    await visitor.toTab('Услуги');
    await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  };
  await fillIn('не тот');
  await goOn();
  answered.resolve();
  await page.getByText('Пароль: Неверный номер или пароль.', { exact: false }).waitFor();
  await visitor.toTab('Пароль');
  await change.waitFor();
  expect(await change.getAttribute('aria-busy')).toBe(null);

  answered = Promise.withResolvers();
  await fillIn(await passwordOf(PETER));
  await goOn();
  await visitor.toTab('Пароль');
  await change.waitFor();
  expect(await change.getAttribute('aria-busy')).toBe('true');
  await fillIn('не тот');
  answered.resolve();
  await page.getByText(/^Пароль изменён/).waitFor();
  await expect.poll(() => change.getAttribute('aria-busy')).toBe(null);
  expect(sent).toBe(2);
});

test('a new password ends the links to statements, and the page shows them as ended', async () => {
  const visitor = await visit('/costs', OLEG);
  const { page } = visitor;
  await page.getByRole('button', { name: 'Заказать', exact: true }).click();
  await page.getByRole('link', { name: /^Скачать/ }).waitFor();
  await visitor.toTab('Пароль');
  await page.getByLabel('Текущий пароль', { exact: true }).fill(await passwordOf(OLEG));
  await page.getByLabel('Новый пароль', { exact: true }).fill('семь кораблей у пирса');
  await page.getByRole('button', { name: 'Сменить пароль' }).click();
  await page.getByText(/^Пароль изменён/).waitFor();
  await visitor.toTab('Расходы');
  await page.getByText('Ссылка устарела или закрыта').waitFor();
});

test('a session that is ended elsewhere falls to the sign-in page by itself', async () => {
  const here = await visit('/sessions', DMITRI);
  const there = await visit('/services', DMITRI);
  const { page } = here;
  await page.reload();
  await page.getByText('Этот сеанс').waitFor();
  const sessions = page.getByRole('listitem').filter({ hasText: 'Chrome, Linux' });
  expect(await sessions.count()).toBe(2);
  await page.getByRole('button', { name: /Завершить сеанс/ }).click();
  await there.page.getByText('Сеанс завершён. Войдите снова.').waitFor();
  await expect.poll(() => sessions.count()).toBe(1);
  expect(await page.evaluate('document.activeElement.tagName')).toBe('UL');
  await page.getByRole('button', { name: 'Выйти везде' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Выйти везде' }).click();
  await page.getByText('Вы вышли.').waitFor();
  there.forgive(/401/);
});

test('a way out of all sessions that is being taken cannot be cancelled, and its failure is told each time', async () => {
  const { page } = await visit('/sessions', TATYANA);
  let answered = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, SignOutDocument)) return route.fallback();
    await answered.promise;
    await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
  });
  const ask = page.getByRole('button', { name: 'Выйти везде' });
  const dialog = page.getByRole('dialog');
  const leave = dialog.getByRole('button', { name: 'Выйти везде' });
  const failure = page.getByText('Нет ответа.', { exact: false });
  await ask.click();
  await leave.click();
  await expect.poll(() => dialog.getByRole('button', { name: 'Отмена' }).count()).toBe(0);
  await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
  answered.resolve();
  await failure.waitFor();
  await ask.click();
  expect(await dialog.getByText('Нет ответа.', { exact: false }).count()).toBe(0);
  await leave.click();
  const told = dialog.getByRole('alert').filter({ hasText: 'Нет ответа.' });
  await told.waitFor();
  answered = Promise.withResolvers();
  await leave.click();
  await told.waitFor({ state: 'detached' });
  answered.resolve();
  await told.waitFor();
});

test('a partner app that was let in is seen with all that it may do and did, and its access ended', async () => {
  const { db } = product.app;
  const { id: subscriberId } = await db.subscriber.findUniqueOrThrow({ where: { phoneNumber: TATYANA } });
  const at = product.clock.now();
  await db.partner.create({ data: { id: 'weather', name: 'Погода рядом', jwks: {}, createdAt: at } });
  const scopes = ['line:read', 'services:write'];
  const grant = await db.partnerGrant.create({
    data: { subscriberId, partnerId: 'weather', scopes, createdAt: at },
  });
  await db.partnerUse.create({ data: { subscriberId, grantId: grant.id, at, operationName: 'PartnerLine' } });
  const visitor = await visit('/sessions', TATYANA);
  const partners = visitor.page.getByRole('region', { name: 'Приложения партнёров' });
  await partners.getByText('видит ваше имя, номер и баланс').waitFor();
  await partners.getByText('подключает и отключает услуги, в том числе платные').waitFor();
  await partners.getByText('Что приложение делало').click();
  await partners.getByText('PartnerLine').waitFor();
  expect(await visitor.violations()).toEqual([]);
  await partners.getByRole('button', { name: 'Закрыть доступ: Погода рядом' }).click();
  await visitor.page.getByRole('dialog').getByRole('button', { name: 'Закрыть доступ' }).click();
  await partners.getByText('Вы не давали доступ ни одному приложению.').waitFor();
  expect(await visitor.page.evaluate('document.activeElement.tagName')).toBe('DIV');
  expect(await db.partnerGrant.count({ where: { subscriberId, endedAt: null } })).toBe(0);
});

test('the language and the colours that were chosen are kept, and the server speaks the language, too', async () => {
  const visitor = await visit('/', TATYANA);
  const { page } = visitor;
  await page.getByLabel('Язык').focus();
  await page.getByLabel('Язык').selectOption('en');
  await page.getByText('What would you like to do?').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Services' }).waitFor();
  expect(await page.evaluate('document.activeElement.tagName')).toBe('SELECT');
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.getByLabel('Colours').selectOption('dark');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.reload();
  await page.getByText('What would you like to do?').waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.getByLabel('Language').selectOption('nl');
  await page.getByText('Wat wilt u doen?').waitFor();
  await page.getByLabel('Kleuren').selectOption('system');
  expect(await page.locator('html').getAttribute('data-theme')).toBe(null);
});

test('a browser in English is met in English, one in Korean in Russian', async () => {
  const english = await browser.visit({ locale: 'en-GB' });
  await english.open();
  await english.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const korean = await browser.visit({ locale: 'ko-KR' });
  await korean.open();
  await korean.page.getByRole('heading', { name: 'Вход' }).waitFor();
});
