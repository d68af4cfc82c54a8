import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Running, startProduct } from '../support/running.ts';
import { DESKTOP, openBrowser, passwords, PHONE, type Visitor, type Visitors } from '../support/visitor.ts';

const ANNA = '+79160000001';
const MARIA = '+79160000003';

const PAGES = [
  ['assistant', 'Интернет-помощник', 'Интернет-помощник'],
  ['services', 'Услуги', 'Услуги'],
  ['costs', 'Расходы', 'Контроль расходов'],
  ['tariff', 'Тариф', 'Тариф'],
  ['password', 'Пароль', 'Пароль'],
  ['sessions', 'Сеансы', 'Сеансы'],
] as const;

/** The narrowest screens that are still around. */
const NARROW = { width: 320, height: 640 };

/** Many pages in one visit. */
const LONG = { timeout: 300_000 };

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

/** A picture for people, and axe for the rest. */
async function look(visitor: Visitor, name: string, { judged = true, whole = false } = {}): Promise<void> {
  await visitor.picture(name, whole);
  if (judged) expect(await visitor.violations()).toEqual([]);
}

/** Nothing is wider than the screen: a page is read downwards only. */
async function fits({ page }: Visitor): Promise<void> {
  const [inner, outer] = (await page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )) as [number, number];
  expect(inner).toBeLessThanOrEqual(outer);
}

/** Both sizes and both sets of colours are judged; pictures are kept of all four. */
const LOOKS = [
  { name: 'phone-light', viewport: PHONE, colorScheme: 'light', judged: true },
  { name: 'phone-dark', viewport: PHONE, colorScheme: 'dark', judged: false },
  { name: 'desktop-light', viewport: DESKTOP, colorScheme: 'light', judged: false },
  { name: 'desktop-dark', viewport: DESKTOP, colorScheme: 'dark', judged: true },
] as const;

test.each(LOOKS)('every page fits its screen, and axe finds nothing wrong, $name', LONG, async (wanted) => {
  const { name, judged } = wanted;
  const visitor = await browser.visit(wanted);
  const { page } = visitor;
  await visitor.open();
  await page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
  await fits(visitor);
  await look(visitor, `sign-in-${name}`, { judged, whole: true });
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('Введите номер телефона.').waitFor();
  await look(visitor, `sign-in-faults-${name}`, { judged, whole: true });

  await visitor.signIn(ANNA, await passwordOf(ANNA));
  for (const [file, tab, title] of PAGES) {
    await visitor.toTab(tab);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await expect.poll(() => page.getByText('Загружаем…').count()).toBe(0);
    await fits(visitor);
    await look(visitor, `${file}-${name}`, { judged, whole: true });
  }
});

test.each(['ru', 'en', 'nl'])('nothing is wider than a narrow phone, in %s', LONG, async (language) => {
  const visitor = await browser.visit({ viewport: NARROW });
  const { page } = visitor;
  await visitor.signIn(ANNA, await passwordOf(ANNA));
  await page.locator('header select').first().selectOption(language);
  for (const path of ['/', '/services', '/costs', '/tariff', '/password', '/sessions']) {
    await visitor.open(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.getByText(/^(Загружаем…|Loading…|Laden…)$/).count()).toBe(0);
    await fits(visitor);
    await visitor.picture(`narrow${path.replace('/', '-')}-${language}`);
  }
  await visitor.settled();
  await page.locator('header button').click();
  await page.locator('form img').waitFor();
  await fits(visitor);
  visitor.forgive(/status of 400/);
});

test(
  'axe finds nothing to complain of in dialogs, lists that fold, refusals and on a suspended line',
  LONG,
  async () => {
    product.app.devTools.network.steer({ hold: true });
    const visitor = await browser.visit();
    const { page } = visitor;
    await visitor.signIn(ANNA, await passwordOf(ANNA), '/services');
    await page.getByRole('switch', { name: 'Гудок' }).click();
    await page.getByRole('dialog').waitFor();
    await look(visitor, 'services-confirm');
    await page.getByRole('dialog').getByRole('button', { name: 'Подключить', exact: true }).click();
    await page.getByText('Подключается…').waitFor();
    await page.getByText('История заказов').click();
    await page.getByText(/^Подключение · /).waitFor();
    await look(visitor, 'services-moving');
    product.app.devTools.network.steer({ hold: false });
    await page.getByText('«Гудок» подключена.').waitFor();
    await look(visitor, 'services-done');
    await page.getByRole('searchbox').fill('такого нет');
    await page.getByText('Ничего не нашлось.', { exact: false }).waitFor();
    await look(visitor, 'services-none');

    await visitor.toTab('Тариф');
    await page
      .getByRole('button', { name: /Узнать условия/ })
      .first()
      .click();
    await page.getByText('Цена действует ещё', { exact: false }).waitFor();
    await look(visitor, 'tariff-quote');
    await page.keyboard.press('Escape');
    await page.getByText('Все тарифы').click();
    await page.getByText('Безлимитище').last().waitFor();
    await look(visitor, 'tariff-all');

    await visitor.toTab('Расходы');
    await page.getByText('Прошлый месяц').click();
    await page.getByText('Таблицей').click();
    await page.getByText('На почту').click();
    await page.getByRole('button', { name: 'Заказать' }).click();
    await page.getByText('Введите адрес, на который прислать файл.').waitFor();
    await page.getByText('Скачать здесь').click();
    await page.getByRole('button', { name: 'Заказать' }).click();
    await page.getByRole('link', { name: /Скачать PDF/ }).waitFor();
    await look(visitor, 'costs-statement');

    await visitor.toTab('Пароль');
    await page.getByLabel('Новый пароль', { exact: true }).fill('семь кораблей');
    await page.getByText('Предварительная оценка:', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Сменить пароль' }).click();
    await page.getByText('Введите текущий пароль.').waitFor();
    await look(visitor, 'password-estimate');

    await page.getByRole('button', { name: 'Показать телефон' }).click();
    await page.getByText('Сюда приходят SMS демонстрационного оператора.').waitFor();
    await look(visitor, 'handset-phone');

    const maria = await browser.visit();
    await maria.signIn(MARIA, await passwordOf(MARIA));
    await look(maria, 'suspended');
  },
);

test('each page can be used by the keyboard alone, and shows where the focus is', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await visitor.signIn(ANNA, await passwordOf(ANNA));
  await page.reload();
  await page.getByText('Что вы хотите сделать?').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Перейти к содержанию');
  for (let tabs = 0; (await focused(page)) !== 'Услуги'; tabs++) {
    expect(tabs).toBeLessThan(12);
    await page.keyboard.press('Tab');
  }
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Услуги' }).waitFor();
  // Who reads by ear starts at the title of the new page
  await expect.poll(() => focused(page)).toBe('Услуги');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  // And who reads by eye at the top of it, wherever the last page was left
  await page.evaluate('scrollTo(0, 2000)');
  await visitor.toTab('Расходы');
  await page.getByRole('heading', { level: 1, name: 'Контроль расходов' }).waitFor();
  await expect.poll(() => page.evaluate('scrollY')).toBe(0);
});

const focused = (page: Visitor['page']): Promise<string> =>
  page.evaluate('document.activeElement.textContent') as Promise<string>;
