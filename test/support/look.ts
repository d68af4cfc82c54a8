import type { Page } from 'playwright-core';

/** Has somebody look at the page, or at something else. */
export const look = (page: Page, state: 'visible' | 'hidden'): Promise<void> =>
  page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
