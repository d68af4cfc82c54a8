import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const OPERATIONS = new URL('../../schema/operations/', import.meta.url);

type GraphiqlTab = Awaited<ReturnType<typeof tabOf>>;

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

/** What staff do most. The passport is filled in for each, and kept nowhere. */
const STAFF_TABS: Tab[] = [
  { operation: 'lines', variables: { search: '', first: 20 } },
  { operation: 'line', variables: { phoneNumber: '+79160000001' } },
  {
    operation: 'assist-service-order',
    variables: {
      input: {
        subscriberId: '',
        kind: 'ACTIVATE',
        serviceCode: '',
        idempotencyKey: 'any, new for each wish',
        passport: { series: '', number: '' },
      },
    },
  },
];

/**
 * Runs before GraphiQL and keeps what was typed out of the browser's storage: variables, answers, history. Documents
 * and headers stay for the next visit; headers only where tokens are typed in. GraphiQL reads its tabs, and the open one's
 * document and variables, from there: it is given those that a ready document came with, and so finds its tab again.
 */
const keepNothing = (tabs: readonly GraphiqlTab[]): string => `{
  const ready = new Map(${JSON.stringify(tabs.map(({ query, variables }) => [query, variables])).replaceAll('<', String.raw`\u003c`)});
  const keep = Storage.prototype.setItem;
  const read = Storage.prototype.getItem;
  Storage.prototype.getItem = function (key) {
    if (!/variables$/i.test(key)) return read.call(this, key);
    return ready.get(read.call(this, 'graphiql:query') ?? ready.keys().next().value) ?? null;
  };
  Storage.prototype.setItem = function (key, value) {
    if (/variables|queries|favorites/i.test(key)) return;
    if (!/tabState$/.test(key)) return keep.call(this, key, value);
    const state = JSON.parse(value);
    for (const tab of state.tabs ?? [])
      Object.assign(tab, { variables: ready.get(tab.query) ?? null, response: null });
    keep.call(this, key, JSON.stringify(state));
  };
}`;

const pages = new Map<'developer' | 'staff', Promise<string>>();

/**
 * GraphiQL: for developers with a tab for each step of the first journey, for staff with what they do. All of it comes
 * from here: no request leaves the origin.
 */
export function graphiqlPage(reader: 'developer' | 'staff'): Promise<string> {
  let page = pages.get(reader);
  if (!page) pages.set(reader, (page = render(reader)));
  return page;
}

async function render(reader: 'developer' | 'staff'): Promise<string> {
  // Several megabytes, needed only by who opens the page
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const forStaff = reader === 'staff';
  const tabs = await Promise.all(forStaff ? STAFF_TABS.map(staffTabOf) : TABS.map(webTabOf));
  const html = renderGraphiQL({
    title: 'Internet Assistant',
    // Staff are known there by a cookie that goes nowhere else
    endpoint: forStaff ? '/graphiql' : '/graphql',
    // Streams over SSE, since only there its headers go along; by POST, since GET is refused here.
    subscriptionsProtocol: 'SSE',
    method: 'POST',
    shouldPersistHeaders: !forStaff,
    defaultTabs: tabs,
  });
  return html.replace('<head>', () => `<head><script>${keepNothing(tabs)}</script>`);
}

const webTabOf = (tab: Tab) => tabOf('web', tab);
const staffTabOf = (tab: Tab) => tabOf('staff', tab);

async function tabOf(folder: string, { operation, variables, signedIn }: Tab) {
  return {
    query: await readFile(fileURLToPath(new URL(`${folder}/${operation}.graphql`, OPERATIONS)), 'utf8'),
    variables: variables ? JSON.stringify(variables, undefined, 2) : null,
    headers: signedIn ? '{ "authorization": "Bearer <accessToken>" }' : null,
  };
}
