import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const OPERATIONS = new URL('../../schema/operations/web/', import.meta.url);
/** The way in, in the order that a newcomer takes it. */
const TABS = [
  'create-captcha',
  'request-sms-password',
  'sign-in',
  'account',
  'services',
  'activate-service',
  'service-order-updated',
];

let page: Promise<string> | undefined;

/** GraphiQL with a tab for each step of the first journey. All of it comes from here: no request leaves the origin. */
export function graphiqlPage(): Promise<string> {
  page ??= render();
  return page;
}

async function render(): Promise<string> {
  // Several megabytes, needed only by who opens the page
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const queries = await Promise.all(
    TABS.map((tab) => readFile(fileURLToPath(new URL(`${tab}.graphql`, OPERATIONS)), 'utf8')),
  );
  return renderGraphiQL({
    title: 'Internet Assistant',
    endpoint: '/graphql',
    subscriptionsProtocol: 'SSE',
    defaultTabs: queries.map((query) => ({ query })),
  });
}
