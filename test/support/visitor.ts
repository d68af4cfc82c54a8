import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { expect, TestRunner } from 'vitest';
import { launchChromium } from './chromium.ts';
import type { Client } from './client.ts';

const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
const WAIT_MS = 30_000;

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

interface Look {
  viewport?: typeof PHONE;
  colorScheme?: 'light' | 'dark';
  locale?: string;
  /** Where the browser finds the product, if there is something in between. */
  url?: string;
}

const isQuestion = (request: Request): boolean =>
  request.url().endsWith('/graphql') && request.headers()['accept'] !== 'text/event-stream';

/** A person at a browser of their own. Whatever it complains of, and each request to somewhere else, is a fault. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  #faults: string[] = [];
  readonly #asked = new Set<Request>();

  constructor(url: string, context: BrowserContext, page: Page) {
    this.url = url;
    this.context = context;
    this.page = page;
    context.on('page', (opened) => this.#watch(opened));
    this.#watch(page);
    context.on('requestfinished', (request) => this.#asked.delete(request));
    context.on('requestfailed', (request) => this.#asked.delete(request));
    context.on('request', (request) => {
      if (isQuestion(request)) this.#asked.add(request);
      const { origin, protocol } = new URL(request.url());
      if (origin !== new URL(url).origin && protocol !== 'data:' && protocol !== 'blob:')
        this.#faults.push(`a request left the origin: ${request.url()}`);
    });
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.#faults.push(`an error on the page: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.#faults.push(`the console: ${message.text()} ${message.location().url}`);
    });
  }

  /** Waits until each question of all tabs has its answer, streams aside. */
  settled = (): Promise<void> => expect.poll(() => this.#asked.size, { timeout: WAIT_MS }).toBe(0);

  /** Takes a complaint as meant: a test that cuts the line hears of it. */
  forgive(pattern: RegExp): void {
    this.#faults = this.#faults.filter((fault) => !pattern.test(fault));
  }

  open = async (path = '/'): Promise<void> => void (await this.page.goto(this.url + path));

  /** Another tab of the same browser. */
  async openTab(path = '/'): Promise<Page> {
    const tab = await this.context.newPage();
    tab.setDefaultTimeout(WAIT_MS);
    await tab.goto(this.url + path);
    return tab;
  }

  /** In by a password that the line has, as a person does it. */
  async signIn(phoneNumber: string, password: string, path = '/'): Promise<void> {
    await this.open(path);
    await this.enter(phoneNumber, password);
  }

  /** The same on the page as it stands. */
  async enter(phoneNumber: string, password: string): Promise<void> {
    await this.page.getByText('У меня есть пароль').click();
    await this.page.getByLabel('Номер телефона').fill(phoneNumber);
    await this.page.getByLabel('Пароль', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Войти', exact: true }).click();
    await this.page.getByRole('navigation', { name: 'Разделы' }).waitFor();
  }

  toTab = (name: string): Promise<void> =>
    this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();

  /** What axe finds on the page as it stands. */
  async violations(): Promise<string[]> {
    // Once for each document: it is as large as the page itself
    if (!(await this.page.evaluate('"axe" in window'))) await this.page.evaluate(axe.source);
    const { violations } = (await this.page.evaluate(
      'axe.run(document, { resultTypes: ["violations"] })',
    )) as AxeResults;
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
  }

  /** Keeps a picture for people to look at: of what is on the screen, or of the whole page. */
  async picture(name: string, whole = false): Promise<void> {
    await mkdir(ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: `${ARTEFACTS}${name}.png`, fullPage: whole });
  }

  async #show(): Promise<void> {
    for (const page of this.context.pages())
      console.error(`${page.url()}\n${await page.locator('body').ariaSnapshot()}`);
  }

  /** The end of the visit, which must have been without faults. What a test that failed saw last is printed. */
  async leave(): Promise<void> {
    if (TestRunner.getCurrentTest()?.result?.state === 'fail') await this.#show();
    // What a route still fetches is nobody's any more
    for (const page of this.context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
    await this.context.close();
    expect(this.#faults).toEqual([]);
  }
}

export interface Visitors {
  visit(look?: Look): Promise<Visitor>;
  /** Each ends its visit; whoever had faults fails the test. */
  allLeave(): Promise<void>;
  close(): Promise<void>;
}

/** A browser for a test file. */
export async function openBrowser(url: () => string): Promise<Visitors> {
  const browser: Browser = await launchChromium();
  let present: Visitor[] = [];
  return {
    visit: async ({ url: through = url(), ...look } = {}) => {
      const options: BrowserContextOptions = {
        viewport: PHONE,
        locale: 'ru-RU',
        timezoneId: 'Europe/Moscow',
        reducedMotion: 'reduce',
        ...look,
      };
      const context = await browser.newContext(options);
      context.setDefaultTimeout(WAIT_MS);
      const visitor = new Visitor(through, context, await context.newPage());
      present.push(visitor);
      return visitor;
    },
    allLeave: async () => {
      const leaving = present;
      present = [];
      for (const visitor of leaving) await visitor.leave();
    },
    close: () => browser.close(),
  };
}

/** The password of each line, asked for once: another SMS would retire it. */
export function passwords(client: () => Client): (phoneNumber: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (phoneNumber) => {
    const password = known.get(phoneNumber) ?? (await client().receivePassword(phoneNumber)).password;
    known.set(phoneNumber, password);
    return password;
  };
}
