import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../src/adapters/postgres/free-port.ts';
import { type Running, startProduct } from '../support/running.ts';
import { openStaffProvider, type StaffProvider } from '../support/staff-provider.ts';
import { DESKTOP, openBrowser, type Visitor, type Visitors } from '../support/visitor.ts';

/** It is several megabytes of script. */
const SLOW = { timeout: 120_000 };
const WAIT = { timeout: 60_000 };

let provider: StaffProvider;
let product: Running;
let browser: Visitors;
beforeAll(async () => {
  // The provider has to be told where we are before we are there
  const port = await freePort();
  provider = await openStaffProvider(() => `http://127.0.0.1:${port}/graphiql/callback`);
  const settings = {
    PORT: String(port),
    DEV_TOOLS: 'off',
    STAFF_ISSUER: provider.issuer,
    STAFF_CLIENT_ID: 'graphiql',
    DOCUMENTS: 'persisted',
  };
  product = await startProduct({ settings });
  browser = await openBrowser(() => product.url);
});
afterEach(() => browser.allLeave());
afterAll(async () => {
  await browser.close();
  await product.stop();
  await provider.close();
});

const tabs = (page: Page): Promise<string[]> =>
  page.getByRole('tab').locator('.graphiql-tab-button').allInnerTexts();

/** Opens the tab of an operation, once its variables stand ready below it. */
async function openTabOf(page: Page, operation: string, variable: string): Promise<void> {
  // By the keyboard: a tab can be dragged, and misses a press of the mouse that takes no time, as a person's never does
  await page.locator('.graphiql-tab-button').getByText(operation, { exact: true }).press('Enter', WAIT);
  await page.locator('.graphiql-editor-tool').getByText(variable).first().waitFor(WAIT);
}

async function signedIn(): Promise<Visitor> {
  const visitor = await browser.visit({ viewport: DESKTOP, locale: 'en-GB' });
  visitor.page.setDefaultNavigationTimeout(WAIT.timeout);
  await visitor.open('/graphiql');
  // The way there led over the operator's provider, and nothing else
  expect(new URL(visitor.page.url()).pathname).toBe('/graphiql');
  return visitor;
}

test(
  'staff sign in through the operator’s provider, run a ready operation and read its answer; a reload keeps the tabs, not the answer',
  SLOW,
  async () => {
    const visitor = await signedIn();
    const { page } = visitor;
    await page.locator('.graphiql-editor-tool').getByText('first').waitFor(WAIT);
    await openTabOf(page, 'Line', '+79160000001');
    expect(await tabs(page)).toEqual(['Lines', 'Line', 'AssistServiceOrder']);
    const answer = page.locator('.graphiql-response');
    // Pressed too soon after the tab was chosen, it runs the document that stood there before
    await vi.waitFor(
      async () => {
        await page.getByRole('button', { name: /Execute query/ }).click();
        await answer.getByText('Иванова Анна Сергеевна').waitFor({ timeout: 5_000 });
      },
      { timeout: 60_000 },
    );
    await visitor.picture('graphiql');
    await page.reload();
    await openTabOf(page, 'AssistServiceOrder', 'passport');
    await openTabOf(page, 'Line', '+79160000001');
    expect(await tabs(page)).toEqual(['Lines', 'Line', 'AssistServiceOrder']);
    expect(await answer.innerText()).not.toContain('Иванова');
    visitor.forgive(new RegExp(`request left the origin: ${provider.issuer}/`));
  },
);
