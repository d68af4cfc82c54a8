import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const OPERATIONS = new URL('../../schema/operations/web/', import.meta.url);

interface Tab {
  operation: string;
  variables?: object;
  signedIn?: boolean;
}

/** The way in, in the order that a newcomer takes it, with what there is to fill in. */
const TABS: Tab[] = [
  { operation: 'create-captcha' },
  {
    operation: 'request-sms-password',
    variables: { input: { phoneNumber: '8 916 000-00-01', captchaId: '', captchaAnswer: '' } },
  },
  { operation: 'sign-in', variables: { input: { phoneNumber: '8 916 000-00-01', password: '' } } },
  { operation: 'account', signedIn: true },
  { operation: 'services', variables: { filter: { search: '' } }, signedIn: true },
  {
    operation: 'activate-service',
    variables: { input: { serviceCode: 'VOICEMAIL', idempotencyKey: 'any, new for each wish' } },
    signedIn: true,
  },
  { operation: 'service-order-updated', signedIn: true },
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
  return renderGraphiQL({
    title: 'Internet Assistant',
    endpoint: '/graphql',
    // Streams over SSE, since only there its headers go along; by POST, since GET is refused here.
    subscriptionsProtocol: 'SSE',
    method: 'POST',
    shouldPersistHeaders: true,
    defaultTabs: await Promise.all(TABS.map(tabOf)),
  });
}

async function tabOf({ operation, variables, signedIn }: Tab) {
  return {
    query: await readFile(fileURLToPath(new URL(`${operation}.graphql`, OPERATIONS)), 'utf8'),
    variables: variables ? JSON.stringify(variables, undefined, 2) : null,
    headers: signedIn ? '{ "authorization": "Bearer <accessToken>" }' : null,
  };
}
