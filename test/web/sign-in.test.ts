import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SignOutDocument } from '../../src/generated/operations.ts';
import { streamsOpen } from '../../src/seeing/metrics.ts';
import { isAbout } from '../support/is-about.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openBrowser, passwords, type Visitor, type Visitors } from '../support/visitor.ts';

const ANNA = '+79160000001';
const MARIA = '+79160000003';
const OLEG = '+79160000004';
const ELENA = '+79160000005';
const DMITRI = '+79160000006';
const NOBODY = '+79160000099';
const NOBODY_ELSE = '+79160000098';
const NOBODY_AT_ALL = '+79160000097';

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

/** The page's captchas as they come, so that a test can look up what they want to hear. */
function captchasOf({ page }: Visitor): { solve(): Promise<string> } {
  let last: Promise<string> | undefined;
  page.on('response', (response) => {
    if (!response.request().postData()?.includes('"kind"')) return;
    last = response.json().then(({ data }) => data.createCaptcha.id as string);
    // One that comes as the browser closes is nobody's
    last.catch(() => {});
  });
  return {
    solve: async () => {
      await page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
      const response = await fetch(`${product.url}/dev/captcha/${await last}`);
      return ((await response.json()) as { answer: string }).answer;
    },
  };
}

/** The password in the newest SMS to a number, once there is one more than before. */
async function passwordFromSms(phoneNumber: string, before: number): Promise<string> {
  const client = product.client();
  await expect.poll(async () => (await client.smsTo(phoneNumber)).length).toBeGreaterThan(before);
  const [sms] = await client.smsTo(phoneNumber);
  return /\b[2-9A-HJ-NP-Z]{8}\b/.exec(sms!.text)![0];
}

/** Where the focus is; on the body it is lost. */
const focused = (page: Page) => page.evaluate('document.activeElement.tagName');

/** The tabs whose streams were told of the session's end, and wait to ask what became of it. */
const TABS_THAT_WAIT =
  'navigator.locks.query().then(({ pending }) => new Set(pending.map(({ clientId }) => clientId)).size)';

/** Of service orders, changes of tariff and statements. */
const STREAMS_OF_A_TAB = 3;
const WAIT_MS = 30_000;
const openStreams = async () => (await streamsOpen.get()).values[0]!.value;

/** A tab may ask for something, or for a renewal, before it hears of the exit; the browser notes the refusal. */
const ASKED_TOO_LATE = /status of 40[01]/;

test('a number and a picture bring a password by SMS, and that leads to the account', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  const captchas = captchasOf(visitor);
  await visitor.open();
  await page.getByLabel('Номер телефона').fill('8 916 000-00-01');
  await page.getByLabel('Код с картинки').fill(await captchas.solve());
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('SMS с паролем № 1 отправлено на +7 916 000-00-01.').waitFor();
  await page.getByText(/Новое SMS можно запросить через 0:\d\d/).waitFor();
  await page.getByLabel('Пароль № 1 из SMS', { exact: true }).fill(await passwordFromSms(ANNA, 0));
  await page.keyboard.press('Enter');
  await page.getByText('Иванова Анна Сергеевна').waitFor();
  await page.getByRole('link', { name: 'Сменить пароль' }).waitFor();
  expect(await page.title()).toBe('Интернет-помощник');
  await expect.poll(() => focused(page)).toBe('H1');
});

test('a wrong code is said beside its field, and a fresh picture is there', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  const captchas = captchasOf(visitor);
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(NOBODY);
  await captchas.solve();
  const picture = page.getByRole('img', { name: /Картинка с кодом/ });
  const first = await picture.getAttribute('src');
  await page.getByLabel('Код с картинки').fill('нет');
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('Код с картинки введён неверно').waitFor();
  await expect.poll(() => picture.getAttribute('src')).not.toBe(first);
  const code = page.getByLabel('Код с картинки');
  expect(await code.getAttribute('aria-invalid')).toBe('true');
  expect(await code.inputValue()).toBe('');
  await page.getByLabel('Номер телефона').fill('полтора');
  await code.fill(await captchas.solve());
  await page.keyboard.press('Enter');
  await page.getByText('Это не похоже на номер телефона').waitFor();
  expect(await page.getByLabel('Номер телефона').getAttribute('aria-invalid')).toBe('true');
});

test('a picture that has grown old makes way for another with an empty field, and the press says so', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install();
  const captchas = captchasOf(visitor);
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(NOBODY_ELSE);
  const code = page.getByLabel('Код с картинки');
  await code.fill(await captchas.solve());
  await page.clock.fastForward('02:00');
  const said = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await said.promise;
    await route.continue();
  });
  const ask = page.getByRole('button', { name: 'Получить пароль' });
  await ask.click();
  await page.getByText('Введите код с новой картинки.').waitFor();
  said.resolve();
  await page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
  expect(await code.inputValue()).toBe('');
  await code.fill(await captchas.solve());
  await ask.click();
  await page.getByText('отправлено на +7 916 000-00-98.').waitFor();
});

test('a picture lasts its time on a device whose clock is wrong', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
  const captchas = captchasOf(visitor);
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(NOBODY_AT_ALL);
  await page.getByLabel('Код с картинки').fill(await captchas.solve());
  await page.clock.fastForward('01:00');
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('отправлено на +7 916 000-00-97.').waitFor();
});

test('another picture on demand empties the field of the code', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  const captchas = captchasOf(visitor);
  await visitor.open();
  await captchas.solve();
  const code = page.getByLabel('Код с картинки');
  await code.fill('нет');
  await page.getByRole('button', { name: 'Другая картинка' }).click();
  await captchas.solve();
  expect(await code.inputValue()).toBe('');
});

test('who cannot read the picture has their device do some work instead', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(OLEG);
  await page.getByRole('button', { name: 'Не могу прочитать картинку' }).click();
  await page.getByText('Готово, картинка не нужна.').waitFor();
  expect(await focused(page)).not.toBe('BODY');
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('отправлено на +7 916 000-00-04.').waitFor();
});

test('a password that is asked for while the device works is asked for once it is done, also after a failure', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  const asked = Promise.withResolvers<void>();
  let tries = 0;
  await page.route('**/solve.worker*', async (route) => {
    await asked.promise;
    if (tries++ === 0) await route.abort('connectionreset');
    else await route.continue();
  });
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(MARIA);
  await page.getByRole('button', { name: 'Не могу прочитать картинку' }).click();
  const ask = page.getByRole('button', { name: 'Получить пароль' });
  await ask.click();
  expect(await ask.getAttribute('aria-busy')).toBe('true');
  asked.resolve();
  await page.getByText('Не получилось.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Повторить' }).waitFor();
  await ask.click();
  await page.getByText('отправлено на +7 916 000-00-03.').waitFor();
  visitor.forgive(/ERR_CONNECTION_RESET/);
});

test('the work that failed is done again where the person stands', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  let tries = 0;
  await page.route('**/solve.worker*', (route) =>
    tries++ === 0 ? route.abort('connectionreset') : route.continue(),
  );
  await visitor.open();
  await page.getByRole('button', { name: 'Не могу прочитать картинку' }).click();
  await page.getByRole('button', { name: 'Повторить' }).click();
  await page.getByText('Готово, картинка не нужна.').waitFor();
  expect(await focused(page)).toBe('DIV');
  await page.getByRole('button', { name: 'Вернуться к картинке' }).click();
  await page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
  expect(await focused(page)).toBe('DIV');
  visitor.forgive(/ERR_CONNECTION_RESET/);
});

test('a number without a password, and a password without a number, are asked for, not sent', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await visitor.open();
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('Введите номер телефона.').waitFor();
  await page.getByText('У меня есть пароль').click();
  await page.getByRole('button', { name: 'Войти', exact: true }).click();
  await page.getByText('Введите пароль.').waitFor();
  expect(await page.getByText('Введите номер телефона.').count()).toBe(1);
});

test('five wrong passwords lock the number, and say how to go on', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  await visitor.open();
  await page.getByText('У меня есть пароль').click();
  await page.getByLabel('Номер телефона').fill(DMITRI);
  for (const left of [4, 3, 2, 1, 0]) {
    await page.getByLabel('Пароль', { exact: true }).fill(`не тот ${left}`);
    await page.keyboard.press('Enter');
    await page.getByText(new RegExp(`Неверный номер или пароль.*${left} попыт`)).waitFor();
  }
  await page.getByLabel('Пароль', { exact: true }).fill('не тот и теперь');
  await page.keyboard.press('Enter');
  await page.getByText(/Слишком много неверных попыток/).waitFor();
  await page.getByRole('button', { name: 'Не помните пароль? Получите новый по SMS' }).click();
  expect(await page.getByLabel('Номер телефона').inputValue()).toBe(DMITRI);
  expect(await focused(page)).toBe('H1');
  await page.getByRole('img', { name: /Картинка с кодом/ }).waitFor();
});

test('a reload keeps the person signed in, on the page where they were', async () => {
  const visitor = await browser.visit();
  await visitor.signIn(ELENA, await passwordOf(ELENA), '/sessions');
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Сеансы', level: 1 }).waitFor();
  await page.reload();
  await page.getByText('Смирнова Елена Викторовна').waitFor();
  await page.getByRole('heading', { name: 'Сеансы', level: 1 }).waitFor();
  expect(
    (await visitor.context.cookies()).every(
      ({ httpOnly, secure, sameSite }) => httpOnly && secure && sameSite === 'Strict',
    ),
  ).toBe(true);
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('a token that has grown old is renewed once for all tabs and requests, unseen', async () => {
  const visitor = await browser.visit();
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  const { page } = visitor;
  const tab = await visitor.openTab('/sessions');
  await tab.getByText('Этот сеанс').waitFor();
  let renewals = 0;
  visitor.context.on('response', (response) => {
    const counted = response.headerValue('set-cookie').then((cookie) => {
      if (cookie?.includes('__Host-refresh')) renewals++;
    });
    // One that comes as the browser closes is none of this test's
    counted.catch(() => {});
  });
  // Both tabs find it old by the clock of the server, which is ahead
  product.clock.advance({ minutes: 11 });
  await Promise.all([page, tab].map((one) => one.getByRole('link', { name: 'Расходы' }).click()));
  await Promise.all([page, tab].map((one) => one.getByText('Потрачено', { exact: false }).first().waitFor()));
  expect(renewals).toBe(1);
  visitor.forgive(/401/);
});

test('the exit leads out of every tab, and the way back needs the password', async () => {
  const visitor = await browser.visit();
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  const { page } = visitor;
  const tab = await visitor.openTab('/costs');
  await tab.getByText('Смирнова Елена Викторовна').waitFor();
  // What is asked when the session ends is refused, as it should be, and the console says so
  await visitor.settled();
  await page.getByRole('button', { name: 'Выход' }).click();
  for (const one of [page, tab]) {
    await one.getByText('Вы вышли.').waitFor();
    await one.getByLabel('Номер телефона').waitFor();
  }
  // A tab that has not heard of it yet takes it for an end by itself, and says so to all
  await page.bringToFront();
  await page.evaluate(
    'void (globalThis.heard = new Promise((resolve) => addEventListener("storage", resolve, { once: true })))',
  );
  await tab.evaluate(`localStorage.setItem('session', '{"ended":"over"}')`);
  await page.evaluate(
    'heard.then(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))))',
  );
  expect(await page.getByText('Вы вышли.').isVisible()).toBe(true);
  await page.reload();
  await page.getByLabel('Номер телефона').waitFor();
  visitor.forgive(ASKED_TOO_LATE);
  expect((await visitor.context.cookies()).map(({ name }) => name)).toEqual(['__Host-device']);
});

test('a page that the browser brings back shows nothing of who has left since', async () => {
  const visitor = await browser.visit();
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  const { page } = visitor;
  const owner = page.getByText('Смирнова Елена Викторовна');
  await owner.waitFor();
  await visitor.settled();
  // No page hears of what it does itself, as one that is kept hears of nothing
  await page.evaluate(`localStorage.setItem('session', '{"ended":"signedOut"}')`);
  await page.evaluate('void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))');
  await page.getByLabel('Номер телефона').waitFor();
  expect(await owner.count()).toBe(0);
});

/** Somebody who has the page open in two tabs. */
async function inTwoTabs(path = '/') {
  const visitor = await browser.visit();
  await visitor.signIn(ELENA, await passwordOf(ELENA));
  const tab = await visitor.openTab(path);
  await tab.getByText('Смирнова Елена Викторовна').waitFor();
  return { visitor, page: visitor.page, tab };
}

test('the exit is not taken for an end by itself, where a stream hears of it before the answer comes', async () => {
  const { visitor, page, tab } = await inTwoTabs('/costs');
  await visitor.context.route('**/graphql', async (route) => {
    if (!isAbout(route, SignOutDocument)) return route.fallback();
    const response = await route.fetch();
    await expect.poll(() => tab.evaluate(TABS_THAT_WAIT)).toBe(2);
    await route.fulfill({ response });
  });
  // Each tab hears of the end by a stream of its own
  await expect.poll(openStreams, { timeout: WAIT_MS }).toBe(2 * STREAMS_OF_A_TAB);
  await visitor.settled();
  await page.getByRole('button', { name: 'Выход' }).click();
  await Promise.all([page, tab].map((one) => one.getByText('Вы вышли.').waitFor()));
  visitor.forgive(ASKED_TOO_LATE);
});

test('the exit is not taken for an end by itself, where another tab asks something before the answer comes', async () => {
  const { visitor, page, tab } = await inTwoTabs();
  await visitor.settled();
  const answered = Promise.withResolvers<void>();
  await visitor.context.route('**/graphql', async (route) => {
    if (!isAbout(route, SignOutDocument)) return route.fallback();
    // The cookies are gone with this, and whoever asks without them is nobody
    const response = await route.fetch();
    await tab.getByRole('link', { name: 'Услуги', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Вход' }).waitFor();
    await route.fulfill({ response });
    answered.resolve();
  });
  await page.getByRole('button', { name: 'Выход' }).click();
  await Promise.all([page, tab].map((one) => one.getByText('Вы вышли.').waitFor()));
  await answered.promise;
  visitor.forgive(ASKED_TOO_LATE);
});

test('an exit whose answer was lost is not tried again with the cookies of whoever signs in next', async () => {
  const { visitor, page, tab } = await inTwoTabs();
  await visitor.settled();
  let [heard, othersAreIn, triedAgain] = [false, false, 0];
  await visitor.context.route('**/graphql', async (route) => {
    if (!isAbout(route, SignOutDocument)) return route.fallback();
    if (othersAreIn) triedAgain++;
    if (!heard) await route.fetch();
    heard = true;
    await route.abort();
  });
  await page.getByRole('button', { name: 'Выход' }).click();
  await expect.poll(() => heard).toBe(true);
  // Another tab finds that the cookies are gone
  await tab.getByRole('link', { name: 'Услуги', exact: true }).first().click();
  await page.getByText('Вы вышли.').waitFor();
  await visitor.enter(ANNA, await passwordOf(ANNA));
  othersAreIn = true;
  // Whatever is still tried is tried now, before the question after it
  await page.evaluate('dispatchEvent(new Event("online")), fetch("/health/live").then(() => {})');
  await visitor.settled();
  expect(triedAgain).toBe(0);
  visitor.forgive(ASKED_TOO_LATE);
  visitor.forgive(/ERR_FAILED/);
});

test('a number that is nobody’s gets the same picture of an SMS on its way', async () => {
  const visitor = await browser.visit();
  const { page } = visitor;
  const captchas = captchasOf(visitor);
  await visitor.open();
  await page.getByLabel('Номер телефона').fill(NOBODY);
  await page.getByLabel('Код с картинки').fill(await captchas.solve());
  await page.getByRole('button', { name: 'Получить пароль' }).click();
  await page.getByText('SMS с паролем № 1 отправлено на +7 916 000-00-99.').waitFor();
});
