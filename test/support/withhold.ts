import type { Page } from 'playwright-core';
import { isAbout } from './is-about.ts';

export interface Withheld {
  /** The idempotency key of each question so far. */
  keys: string[];
  letThrough: () => void;
  /** Answers each as a server does that does not know itself what came of it. */
  fail: () => void;
}

/** Keeps one of the page's questions from the server until the test says what becomes of it. */
export async function withhold(page: Page, document: object): Promise<Withheld> {
  const keys: string[] = [];
  const fate = Promise.withResolvers<'through' | 'fail'>();
  await page.route('**/graphql', async (route) => {
    if (!isAbout(route, document)) return route.fallback();
    keys.push(/"idempotencyKey":"([^"]+)"/.exec(route.request().postData()!)![1]!);
    if ((await fate.promise) === 'through') await route.continue();
    else await route.fulfill({ json: { data: null, errors: [{ message: 'Unexpected error.' }] } });
  });
  return { keys, letThrough: () => fate.resolve('through'), fail: () => fate.resolve('fail') };
}
